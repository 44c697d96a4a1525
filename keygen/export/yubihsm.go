package export

var yubihsm = &Target{Name: "yubihsm", Prepare: notYet, Refuse: takesNone}
