package export

var tpm2 = &Target{Name: "tpm2", Prepare: notYet, Refuse: takesNone}
