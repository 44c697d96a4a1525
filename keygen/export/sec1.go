package export

var sec1 = &Target{Name: "sec1", Prepare: notYet, Refuse: takesNone}
