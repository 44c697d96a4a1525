package patch

import "testing"

// What was worked out is found again wherever the same bytes of the source lie, and nowhere else.
func TestMemo(t *testing.T) {
	src := Bytes("0123456789")
	view, err := NewView(src, []Edit{{Offset: 2, Insert: []byte("ab")}, {Offset: 5, Remove: 1}}) // 01ab2346789
	if err != nil {
		t.Fatal(err)
	}
	over, err := NewView(view, []Edit{{Offset: 0, Remove: 1}}) // 1ab2346789
	if err != nil {
		t.Fatal(err)
	}
	var none *Memo
	none.Put("x", src, 0, 1, []byte("v"))
	if none.Get("x", src, 0, 1) != nil {
		t.Error("nothing remembers something")
	}
	m := &Memo{}
	m.Put("sum", src, 6, 3, []byte("678"))
	m.Put("sum", view, 4, 3, []byte("234"))
	m.Put("sum", view, 3, 3, []byte("an edit has part in it"))
	for _, row := range []struct {
		what   string
		src    Source
		off, n int64
		want   string
	}{
		{"sum", src, 6, 3, "678"}, {"sum", view, 7, 3, "678"}, {"sum", over, 6, 3, "678"}, {"other", src, 6, 3, ""}, {"sum", src, 6, 2, ""},
		{"sum", src, 2, 3, "234"}, {"sum", over, 3, 3, "234"}, {"sum", view, 3, 3, ""}, {"sum", view, 6, 3, ""}, {"sum", view, 11, 1, ""}, {"sum", view, -1, 1, ""},
		{"sum", view, 10, 5, ""},
	} {
		if got := string(m.Get(row.what, row.src, row.off, row.n)); got != row.want {
			t.Errorf("%s of %d+%d: %q, want %q", row.what, row.off, row.n, got, row.want)
		}
	}
}
