package scan

// shades are how dark the modules of a code are in a picture.
type shades struct {
	size int
	v    []float64
}

func (s shades) wipe() { clear(s.v) }

// sample looks at each module at five places around its middle.
func (s sight) sample(f fit) (shades, bool) {
	size := sizeOf(f.version)
	out := shades{size, make([]float64, size*size)}
	g, ok := gridOf(f.from, f.ends)
	if !ok {
		return out, false
	}
	for i := range out.v {
		x, y := float64(i%size)+0.5, float64(i/size)+0.5
		for _, d := range [5]point{{0, 0}, {-0.2, 0}, {0.2, 0}, {0, -0.2}, {0, 0.2}} {
			px, py := g.at(x+d.x, y+d.y)
			out.v[i] += s.shade(px, py, f.radius)
		}
	}
	return out, true
}

// spills are how much of a module's shade a blurred picture may show in each of its four neighbours; what they spill is taken off again.
var spills = [...]float64{0, 0.15, 0.3}

// modules tells dark from light.
func (s shades) modules(spill float64) modules {
	m := modules{s.size, make([]bool, len(s.v))}
	at := func(x, y int) float64 {
		if x < 0 || y < 0 || x >= s.size || y >= s.size {
			return 0
		}
		return s.v[y*s.size+x]
	}
	for i := range m.dark {
		x, y := i%s.size, i/s.size
		m.dark[i] = at(x, y) > spill*(at(x-1, y)+at(x+1, y)+at(x, y-1)+at(x, y+1))
	}
	return m
}

// decode reads the code, as sharp as it is and sharpened.
func (s shades) decode() (text []byte, code bool) {
	for _, spill := range spills {
		m := s.modules(spill)
		text, code = decode(m)
		clear(m.dark)
		if code {
			return text, true
		}
	}
	return nil, false
}
