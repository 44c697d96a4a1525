package swdesc

import "bytes"

// scanner is what both languages' parsers read by.
type scanner struct {
	data  []byte
	pos   int
	depth int
	nodes int
}

// bad is an error at a byte.
func (s *scanner) bad(at int, format string, args ...any) error {
	at = min(at, len(s.data))
	return bad("bad-description", "sw-description, line %d: "+format, append([]any{1 + bytes.Count(s.data[:at], []byte("\n"))}, args...)...)
}

// peek returns the next byte, 0 at the end.
func (s *scanner) peek() byte {
	if s.pos >= len(s.data) {
		return 0
	}
	return s.data[s.pos]
}

// has tells whether text comes next.
func (s *scanner) has(text string) bool { return bytes.HasPrefix(s.data[s.pos:], []byte(text)) }

// node makes a value that begins here.
func (s *scanner) node(kind Kind) (*Node, error) {
	if s.nodes++; s.nodes > maxNodes {
		return nil, s.bad(s.pos, "more than %d values", maxNodes)
	}
	return &Node{Kind: kind, NameAt: s.pos, Start: s.pos}, nil
}

// enter goes into a group or list; leave goes out again.
func (s *scanner) enter() error {
	if s.depth++; s.depth > maxDepth {
		return s.bad(s.pos, "groups and lists are more than %d deep", maxDepth)
	}
	return nil
}

func (s *scanner) leave() { s.depth-- }

// blank skips white space and comments. Comments from # to the end of the line are libconfig's only.
func (s *scanner) blank(hash bool) error {
	for s.pos < len(s.data) {
		switch c := s.data[s.pos]; {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f':
			s.pos++
		case s.has("/*"):
			end := bytes.Index(s.data[s.pos+2:], []byte("*/"))
			if end < 0 {
				return s.bad(s.pos, "a comment that does not end")
			}
			s.pos += 2 + end + 2
		case s.has("//") || hash && c == '#':
			end := bytes.IndexByte(s.data[s.pos:], '\n')
			if end < 0 {
				return s.bad(s.pos, "a comment that no line break ends, which libconfig does not take")
			}
			s.pos += end
		default:
			return nil
		}
	}
	return nil
}

// index makes a group's settings be found by their names, and refuses a group that has one twice. libconfig does so too; json-c takes the
// last, other readers the first.
func (s *scanner) index(group *Node) error {
	group.named = make(map[string]*Node, len(group.Children))
	for _, child := range group.Children {
		if group.named[child.Name] != nil {
			return s.bad(child.NameAt, "%q is set twice", child.Name)
		}
		group.named[child.Name] = child
	}
	return nil
}
