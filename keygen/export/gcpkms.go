package export

var gcpKMS = &Target{Name: "gcp-kms", Prepare: notYet, Refuse: takesNone}
