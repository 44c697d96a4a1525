package transcript

import (
	"bytes"
	"testing"

	"sigtool/keygen"
)

// FuzzTranscript reads anything as a transcript and as a journal: what one takes the other does too, what is taken is written again as it
// was, and a journal that was taken can be gone on with and sealed.
func FuzzTranscript(f *testing.F) {
	raw := sealed(f, Done, keys(f, keygen.Ed25519, keygen.P256))
	f.Add(raw)
	f.Add(raw[:len(raw)/2])
	f.Add(raw[:bytes.LastIndexByte(raw[:len(raw)-1], '\n')+1])
	f.Add([]byte(`{"seq":1,"prev":"` + firstLink + `","time":"`))
	f.Add(wholeCeremony(f, nil))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := Check(data)
		if err == nil && (len(got.Lines) < 3 || got.Outcome == "" || got.Size != len(data)) {
			t.Fatalf("accepted %q", data)
		}
		journal, journalErr := ReadJournal(data)
		if err == nil && journalErr != nil {
			t.Fatalf("a transcript, but no journal: %v", journalErr)
		}
		if journalErr != nil {
			return
		}
		_ = journal.Complete()
		_ = journal.Report().Markdown()
		var again []byte
		for _, l := range journal.Lines {
			line, err := l.encode()
			if err != nil {
				t.Fatal(err)
			}
			again = append(again, line...)
		}
		if !bytes.Equal(again, data[:journal.Size]) {
			t.Fatalf("%q was read as %q", data, again)
		}
		if journal.Outcome == "" {
			goOn(t, data)
		}
	})
}

// goOn resumes a journal and seals it as failed.
func goOn(t testing.TB, journal []byte) *Transcript {
	t.Helper()
	w, _, err := Resume(journal, ownKey(), clock(), nil)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := w.Seal(Failed, "", nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Check(raw)
	if err != nil {
		t.Fatal(err)
	}
	return got
}
