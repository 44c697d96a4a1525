package secret_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"sigtool/internal/secret"
)

const hidden = "correct horse battery"

func TestNeverPrinted(t *testing.T) {
	type exported struct {
		Name    string
		Pointer *secret.Bytes
		Value   secret.Bytes
		Any     any
	}
	type unexported struct {
		pointer *secret.Bytes
		value   secret.Bytes
	}
	s := secret.From([]byte(hidden))
	defer s.Destroy()
	values := []any{
		s, *s, &s, []*secret.Bytes{s}, []secret.Bytes{*s}, map[string]*secret.Bytes{"k": s}, map[string]secret.Bytes{"k": *s},
		exported{"n", s, *s, s}, &exported{"n", s, *s, *s}, unexported{s, *s}, &unexported{s, *s},
		fmt.Errorf("wrapped: %v", s),
	}
	hexed := fmt.Sprintf("%x", hidden)
	decimal := strings.Trim(fmt.Sprint([]byte(hidden)), "[]")
	for _, v := range values {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%X", "% x", "%#x", "%q", "%+q", "%d", "%o", "%b", "%c", "%U", "%t", "%8.3s"} {
			out := fmt.Sprintf(verb, v)
			for _, leak := range []string{hidden, hexed, strings.ToUpper(hexed), decimal, "correct", "0x63, 0x6f"} {
				if strings.Contains(out, leak) {
					t.Errorf("%s of %T shows the secret: %s", verb, v, out)
				}
			}
		}
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%q", "%d"} {
		for _, v := range []any{s, *s} {
			if out := fmt.Sprintf(verb, v); out != "[secret]" {
				t.Errorf("%s of %T is %q", verb, v, out)
			}
		}
	}
}

func TestNeverMarshalled(t *testing.T) {
	s := secret.From([]byte(hidden))
	defer s.Destroy()
	v := struct {
		Pointer *secret.Bytes
		Value   secret.Bytes
	}{s, *s}
	out, err := json.Marshal(v)
	if want := `{"Pointer":"[secret]","Value":"[secret]"}`; err != nil || string(out) != want {
		t.Errorf("JSON is %s, %v", out, err)
	}
	if out, err = json.Marshal(map[string]any{"k": s}); err != nil || string(out) != `{"k":"[secret]"}` {
		t.Errorf("JSON of a map is %s, %v", out, err)
	}
	if out, err = xml.Marshal(s); err != nil || !bytes.Contains(out, []byte("[secret]")) || bytes.Contains(out, []byte("horse")) {
		t.Errorf("XML is %s, %v", out, err)
	}
	var log bytes.Buffer
	for _, handler := range []slog.Handler{slog.NewTextHandler(&log, nil), slog.NewJSONHandler(&log, nil)} {
		slog.New(handler).Info("m", "pointer", s, "value", *s, "struct", v, "group", slog.GroupValue(slog.Any("k", s)))
	}
	if strings.Contains(log.String(), "horse") || strings.Count(log.String(), "[secret]") < 8 {
		t.Errorf("slog wrote %s", log.String())
	}
}

func TestLife(t *testing.T) {
	source := []byte(hidden)
	s := secret.From(source)
	if !bytes.Equal(source, make([]byte, len(source))) {
		t.Error("From left its argument as it was")
	}
	if string(s.Bytes()) != hidden || s.Len() != len(hidden) {
		t.Errorf("the secret came back as %q", s.Bytes())
	}
	same, other, short := secret.From([]byte(hidden)), secret.From([]byte("correct horse batterY")), secret.New(3)
	if !s.Equal(same) || s.Equal(other) || s.Equal(short) {
		t.Error("Equal is wrong")
	}
	empty := secret.From(nil)
	if empty.Len() != 0 || !empty.Locked() || s.Equal(empty) {
		t.Error("the empty secret is wrong")
	}
	for _, b := range []*secret.Bytes{s, s, empty, empty, same, nil} {
		b.Destroy()
	}
	if fmt.Sprint(s) != "[secret]" {
		t.Error("a destroyed secret doesn't print")
	}
	for name, use := range map[string]func(){
		"Bytes": func() { s.Bytes() }, "Len": func() { s.Len() }, "Equal": func() { other.Equal(s) }, "empty": func() { empty.Bytes() },
	} {
		if !panics(use) {
			t.Errorf("%s after Destroy doesn't panic", name)
		}
	}
	// DestroyAll leaves the memory mapped: a goroutine in the middle of something must not crash.
	left := other.Bytes()
	secret.DestroyAll()
	if !bytes.Equal(left, make([]byte, len(left))) || !panics(func() { other.Bytes() }) {
		t.Error("DestroyAll left a secret alive")
	}
	other.Destroy()
}

func panics(f func()) (did bool) {
	defer func() { did = recover() != nil }()
	f()
	return false
}
