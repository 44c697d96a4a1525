package export

var jwk = &Target{Name: "jwk", Prepare: notYet, Refuse: takesNone}
