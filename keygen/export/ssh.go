package export

var ssh = &Target{Name: "ssh", Prepare: notYet, Refuse: takesNone}
