package scan

// point is a place in a picture, or in a code, where a module is 1 wide.
type point struct{ x, y float64 }

// grid takes places in a code to places in a picture, as a camera sees a plane:
//
//	x' = (a x + b y + c) / (g x + h y + 1)      y' = (d x + e y + f) / (g x + h y + 1)
type grid struct{ a, b, c, d, e, f, g, h float64 }

func (t grid) at(x, y float64) (float64, float64) {
	w := t.g*x + t.h*y + 1
	if w < 1e-3 {
		return -1, -1 // beyond the horizon: no place of a code that can be seen
	}
	return (t.a*x + t.b*y + t.c) / w, (t.d*x + t.e*y + t.f) / w
}

// gridOf returns the grid that takes four points to four others; false where three of them are in a line.
func gridOf(from, to [4]point) (grid, bool) {
	var m [8][9]float64 // two equations for each point
	for i := range 4 {
		p, q := from[i], to[i]
		m[2*i] = [9]float64{p.x, p.y, 1, 0, 0, 0, -p.x * q.x, -p.y * q.x, q.x}
		m[2*i+1] = [9]float64{0, 0, 0, p.x, p.y, 1, -p.x * q.y, -p.y * q.y, q.y}
	}
	for col := range 8 { // Gauss and Jordan
		best := col
		for row := col + 1; row < 8; row++ {
			if abs(m[row][col]) > abs(m[best][col]) {
				best = row
			}
		}
		if abs(m[best][col]) < 1e-9 {
			return grid{}, false
		}
		m[col], m[best] = m[best], m[col]
		for row := range 8 {
			if row == col {
				continue
			}
			k := m[row][col] / m[col][col]
			for i := col; i < 9; i++ {
				m[row][i] -= k * m[col][i]
			}
		}
	}
	var v [8]float64
	for i := range v {
		v[i] = m[i][8] / m[i][i]
	}
	return grid{v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]}, true
}

func abs(v float64) float64 {
	if v < 0 {
		return -v
	}
	return v
}
