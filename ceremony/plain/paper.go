package plain

import (
	"errors"

	"sigtool/ceremony"
	"sigtool/internal/secret"
)

// maxPaper bounds the text of a sheet, in bytes.
const maxPaper = 1 << 20

// readPaper reads a sheet line by line up to an empty one, or the file that the first line names.
func (f *FrontEnd) readPaper(p ceremony.Prompt) (ceremony.Answer, error) {
	f.out.paragraph(p.Ask + ", as they stand on the paper, with their numbers. An empty line ends them. " +
		"If they were scanned or typed elsewhere: @ and the name of the file.")
	text := secret.New(maxPaper)
	defer text.Destroy()
	n := 0
	for {
		line, err := f.paperLine(p.Hidden)
		if err != nil {
			return ceremony.Answer{}, err
		}
		typed := line.Bytes()
		switch {
		case len(typed) == 0:
			return ceremony.Answer{Secret: secret.From(text.Bytes()[:n]), From: ceremony.FromTyping}, nil
		case n == 0 && typed[0] == '@':
			data, err := f.term.ReadFile(string(typed[1:]))
			if err != nil { // a slip in the name must not end a ceremony
				f.out.paragraph("Not taken: " + err.Error() + ".")
				break
			}
			return ceremony.Answer{Secret: secret.From(data), From: ceremony.FromFile}, nil
		case n+len(typed)+1 > maxPaper:
			return ceremony.Answer{}, errors.New("a sheet has at most 1 MiB")
		default:
			n += copy(text.Bytes()[n:], typed)
			text.Bytes()[n] = '\n'
			n++
		}
		line.Destroy()
	}
}

// paperLine reads one line of a sheet; of one that holds its key in the clear, nothing is shown while it is typed.
func (f *FrontEnd) paperLine(hidden bool) (*secret.Bytes, error) {
	const prompt = "> "
	if hidden {
		return f.term.ReadSecret(prompt)
	}
	line, err := f.line(prompt)
	return secret.From([]byte(line)), err
}
