package ceremony

import "go.yaml.in/yaml/v3"

// place finds the node that a rule is about, by the names of fields and the numbers of entries; the nearest around it where that is
// not written.
func place(n *yaml.Node, path ...any) *yaml.Node {
	for _, step := range path {
		next := n
		switch step := step.(type) {
		case int:
			if n.Kind == yaml.SequenceNode && step < len(n.Content) {
				next = n.Content[step]
			}
		case string:
			for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
				if n.Content[i].Value == step {
					next = n.Content[i+1]
				}
			}
		}
		if next == n {
			break
		}
		n = next
	}
	return n
}

// given tells whether a field is written in a mapping.
func given(n *yaml.Node, name string) bool { return place(n, name) != n }
