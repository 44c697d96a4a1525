package export

var azureBYOK = &Target{Name: "azure-byok", Prepare: notYet, Refuse: takesNone}
