package export

var vault = &Target{Name: "vault", Prepare: notYet, Refuse: takesNone}
