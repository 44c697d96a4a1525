package mender

import (
	"encoding/json"
	"fmt"

	"sigtool/formats"
	"sigtool/internal/issue"
)

// metadata is what a header says.
type metadata struct {
	name, group  string
	devices      []string
	afterNames   []string // artifacts, one of which has to be on the device
	afterGroups  []string
	scripts      []string
	payloads     []payload
	headerMember string
}

// payload is what a header says of one of its payloads.
type payload struct {
	kind     string // "rootfs-image", or the name of an update module; "" where there is none, as in bootstrap artifacts
	provides map[string]json.RawMessage
	depends  map[string]json.RawMessage
	clears   []string
	files    []string // version 2 only
}

// headerInfo is the JSON of both versions: 2 has the first row, 3 the second.
type headerInfo struct {
	ArtifactName string        `json:"artifact_name"`
	Updates      []payloadType `json:"updates"`
	Devices      []string      `json:"device_types_compatible"`

	Payloads []payloadType `json:"payloads"`
	Provides *struct {
		Name  string `json:"artifact_name"`
		Group string `json:"artifact_group"`
	} `json:"artifact_provides"`
	Depends struct {
		Names   []string `json:"artifact_name"`
		Devices []string `json:"device_type"`
		Groups  []string `json:"artifact_group"`
	} `json:"artifact_depends"`
}

// payloadType is what stands in header-info for each payload. It is small, since a hostile header may have a million of them.
type payloadType struct {
	Type *string `json:"type"`
}

// typeInfo is what stands in type-info. Values stay as they are written: taken apart, hostile ones would be fifty times as large.
type typeInfo struct {
	payloadType
	Provides map[string]json.RawMessage `json:"artifact_provides"`
	Depends  map[string]json.RawMessage `json:"artifact_depends"`
	Clears   []string                   `json:"clears_artifact_provides"`
}

func badHeader(member, format string, args ...any) error {
	return issue.New("bad-header", formats.ErrFormat, "%s: %s", member, fmt.Sprintf(format, args...))
}

// parseInfo reads header-info. What mender-artifact refuses for want of it is refused: payloads with a type, a name, and in version 2 devices. An augmented
// one needs no name, and a payload that it leaves as it is has no type.
func (m *metadata) parseInfo(member string, data []byte, version int, augmented bool) error {
	var info headerInfo
	if err := json.Unmarshal(data, &info); err != nil {
		return badHeader(member, "%v", err)
	}
	list := info.Payloads
	if version == 2 {
		list, m.name, m.devices = info.Updates, info.ArtifactName, info.Devices
	} else {
		if info.Provides != nil {
			m.name, m.group = info.Provides.Name, info.Provides.Group
		}
		m.devices, m.afterNames, m.afterGroups = info.Depends.Devices, info.Depends.Names, info.Depends.Groups
	}
	switch {
	case len(list) == 0:
		return badHeader(member, "it has no payloads")
	case len(list) > maxPayloads:
		return badHeader(member, "it has %d payloads", len(list))
	case m.name == "" && !augmented:
		return badHeader(member, "the artifact has no name")
	case len(m.devices) == 0 && version == 2:
		return badHeader(member, "it is for no device")
	}
	for i, entry := range list {
		kind := ""
		if entry.Type != nil {
			kind = *entry.Type
		}
		if kind == "" && !augmented && (entry.Type != nil || version == 2) {
			return badHeader(member, "payload %d has an empty type", i)
		}
		m.payloads = append(m.payloads, payload{kind: kind})
	}
	return nil
}

// parseType reads a payload's type-info. Its type is header-info's, or missing: mender-artifact leaves it empty for rootfs-image.
func (p *payload) parseType(member string, data []byte) error {
	var info typeInfo
	if err := json.Unmarshal(data, &info); err != nil {
		return badHeader(member, "%v", err)
	}
	p.provides, p.depends, p.clears = info.Provides, info.Depends, info.Clears
	return nil
}

// parseMeta makes sure that a payload's meta-data is an object, or nothing.
func parseMeta(member string, data []byte) error {
	if len(data) == 0 {
		return nil
	}
	var object struct{}
	if err := json.Unmarshal(data, &object); err != nil {
		return badHeader(member, "%v", err)
	}
	return nil
}

// parseFiles reads which files a payload of version 2 has.
func (p *payload) parseFiles(member string, data []byte) error {
	var says struct {
		Files []string `json:"files"`
	}
	if err := json.Unmarshal(data, &says); err != nil {
		return badHeader(member, "%v", err)
	}
	p.files = says.Files
	return nil
}
