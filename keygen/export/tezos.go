package export

var tezos = &Target{Name: "tezos", Prepare: notYet, Refuse: takesNone}
