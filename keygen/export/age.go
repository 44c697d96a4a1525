package export

var age = &Target{Name: "age", Prepare: notYet, Refuse: takesNone}
