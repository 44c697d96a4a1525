package export

var azure = &Target{Name: "azure", Prepare: notYet, Refuse: takesNone}
