package live_test

import (
	"fmt"
	"strings"
	"testing"

	"sigtool/ceremony/live"
)

func TestList(t *testing.T) {
	const sum = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	head := "# sigtool live image 1\n"
	list, err := live.ParseList([]byte(head + sum + "  0  /init\n" + sum + "  12  .linux\n"))
	if err != nil || len(list) != 2 || list[0].Name != "/init" || list[1].Size != 12 || fmt.Sprintf("%x", list[1].SHA256) != sum {
		t.Fatalf("%v, %v", list, err)
	}
	for _, bad := range []string{
		"", head, sum + "  0  /init\n", head + "\n", head + sum + "  0  /init\n\n", head + sum + " 0  /init\n", head + sum + "  -1  /init\n", head + sum + "  01  /init\n",
		head + strings.ToUpper(sum) + "  0  /init\n", head + sum[:62] + "  0  /init\n", head + sum + "  0  a\x1b[2J\n", head + sum + "  0  \n", head + sum + "  0  a  b\n",
		head + strings.Repeat(sum+"  0  /init\n", 2), head + strings.Repeat("x", 70_000), head + sum + "  9999999999999999999999  /init\n",
	} {
		if list, err := live.ParseList([]byte(bad)); err == nil {
			t.Errorf("%q: %v", bad, list)
		}
	}
}

func TestCompare(t *testing.T) {
	a, b, c := live.Entry{Name: "a", Size: 1}, live.Entry{Name: "b", Size: 1}, live.Entry{Name: "c", Size: 1}
	other := b
	other.SHA256[0] = 1
	if found := live.Compare([]live.Entry{a, b}, []live.Entry{b, a}); found != nil {
		t.Errorf("%v", found)
	}
	if found := fmt.Sprint(live.Compare([]live.Entry{a, b}, []live.Entry{c, other})); found != "[{a added} {b differs} {c missing}]" {
		t.Error(found)
	}
}
