package export

import (
	"strings"

	"sigtool/internal/secret"
	"sigtool/keygen"
)

var age = &Target{
	Name:    "age",
	Summary: "PKCS#8 in an age file, sealed to recipients",
	Takes:   pkcs8.Takes,
	Refuse:  pkcs8.Refuse,
	Options: []Option{{Name: "to", Value: "RECIPIENT", Many: true, Help: "seal it to the age `RECIPIENT` age1..., or age1pq1... of the post-quantum kind"}},
	Prepare: prepareAge,
}

func prepareAge(s Settings) (*Export, error) {
	names := s.Values["to"]
	if len(names) == 0 {
		return nil, wrong("age: to whom? --to age1... (age-keygen -y IDENTITY prints it)")
	}
	recipients, err := keygen.ParseRecipients(names)
	if err != nil {
		return nil, wrong("--to: %v", err)
	}
	quantum := 0
	for _, name := range names {
		if strings.HasPrefix(name, "age1pq1") {
			quantum++
		}
	}
	if quantum != 0 && quantum != len(names) {
		return nil, wrong("--to: age1pq1... and age1... can't be mixed: the file would be as weak as the weaker")
	}
	return &Export{Make: func(k Key) (*Result, error) {
		der, err := keygen.MarshalPrivate(k.Signer)
		if err != nil {
			return nil, err
		}
		defer secret.Wipe(der)
		file, err := keygen.SealTo(der, recipients)
		if err != nil {
			return nil, err
		}
		check := hashed(k.Signer.Public(), "where the IDENTITY of a recipient is, this opens it, too",
			"age -d -i IDENTITY "+shellFile(s.Output)+" | openssl pkey -inform DER -pubout -outform DER")
		result := &Result{Files: []File{{Data: file}}, Commands: []Command{check}}
		result.Notes = []string{"in it is PKCS#8 in DER; sigtool proves all but what an identity alone can: the command below does"}
		if quantum == 0 {
			result.Warnings = []string{"recipients age1... do not stand against quantum computers: who keeps the file may open it one day; age1pq1... do"}
		}
		return result, nil
	}}, nil
}
