package ceremony

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"
)

// StrictYAML reads one YAML document of at most limit bytes and refuses what makes YAML mean something else than it shows: a second
// document, anchors, aliases, merges and tags. Errors name the line. An empty file is an error.
func StrictYAML(data []byte, limit int) (*yaml.Node, error) {
	if len(data) > limit {
		return nil, fmt.Errorf("more than %d bytes", limit)
	}
	if err := plainUTF8(data); err != nil {
		return nil, err
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc, more yaml.Node
	if err := dec.Decode(&doc); err == io.EOF {
		return nil, errors.New("line 1: there is nothing in it")
	} else if err != nil {
		return nil, yamlError(err)
	}
	if err := dec.Decode(&more); err != io.EOF {
		if err != nil {
			return nil, yamlError(err)
		}
		return nil, wrong(&more, "a second document; there may be one alone")
	}
	if len(doc.Content) != 1 {
		return nil, errors.New("line 1: there is nothing in it")
	}
	return doc.Content[0], plainNodes(doc.Content[0])
}

// yamlError takes the package's name off its message.
func yamlError(err error) error { return errors.New(strings.TrimPrefix(err.Error(), "yaml: ")) }

func plainNodes(n *yaml.Node) error {
	switch {
	case n.Kind == yaml.AliasNode, n.Anchor != "":
		return wrong(n, "anchors and aliases are not taken; write it out")
	case n.Style&yaml.TaggedStyle != 0:
		return wrong(n, "tags are not taken")
	case n.ShortTag() == "!!merge":
		return wrong(n, "merges are not taken; write it out")
	}
	for _, child := range n.Content {
		if err := plainNodes(child); err != nil {
			return err
		}
	}
	return nil
}
