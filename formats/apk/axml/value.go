package axml

// minSDK is the value of one minSdkVersion: a number, or a platform's codename.
func minSDK(e *element, a *attribute) (int, error) {
	switch {
	case a.isNumber():
		return a.number(), nil
	case a.kind == kindString:
		name, err := e.pool.name(a.value)
		if err != nil {
			return 0, err
		}
		return codename(name)
	}
	return 0, damaged("minSdkVersion is neither a number nor a codename")
}

// codename is the API level that a platform's codename stands for: that of the release before it, since what a platform brings is missing in its first
// previews. Only its first letter counts, as apksig has it; letters after the last one here are each a level higher than the one before.
func codename(name string) (int, error) {
	switch name {
	case "Baklava":
		return 34, nil
	case "CinnamonBun":
		return 35, nil
	case "CANARY":
		return 9999, nil
	}
	if name == "" || name[0] < 'A' || name[0] > 'Z' {
		return 0, damaged("minSdkVersion %q is no codename that is known", name)
	}
	before := [...]int{1, 1, 2, 3, 4, 7, 8, 10, 13, 15, 18, 20, 22, 23, 25} // A to O
	letter := int(name[0] - 'A')
	if last := len(before) - 1; letter > last {
		return before[last] + letter - last, nil
	}
	return before[letter], nil
}

// debuggable reads the attribute of the application: true, TRUE and 1 as constants.
func (r *reader) debuggable(e *element) error {
	a, err := e.find(attrDebuggable)
	if err != nil || a == nil {
		return err
	}
	switch a.kind {
	case kindBoolean:
		r.m.Debuggable = a.value != 0
	case kindDecimal:
		r.m.Debuggable = a.value == 1
	case kindHex: // "0x1" is none of the three
	case kindString:
		text, err := e.pool.name(a.value)
		if err != nil {
			return err
		}
		r.m.Debuggable = text == "true" || text == "TRUE" || text == "1"
	case kindReference:
		r.m.DebuggableErr = damaged("debuggable is a reference to a resource, so it depends on the device")
	default:
		r.m.DebuggableErr = damaged("debuggable is of a type that is no truth value (0x%02x)", a.kind)
	}
	return nil
}
