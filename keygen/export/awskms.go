package export

var awsKMS = &Target{Name: "aws-kms", Prepare: notYet, Refuse: takesNone}
