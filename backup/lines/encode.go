package lines

import (
	"fmt"
	"strconv"

	"sigtool/backup"
	"sigtool/internal/fivebit"
	"sigtool/internal/secret"
)

// Name is what people type.
const Name = "lines"

// Codec is the codec "lines".
type Codec struct{}

// Name is "lines".
func (Codec) Name() string { return Name }

// Takes is true for every kind.
func (Codec) Takes(backup.Kind) bool { return true }

// Encode returns the sheet of a payload. It fails for a payload or meta data that paper can't carry (backup's Valid) and for a
// secret longer than 4096 bytes.
func (Codec) Encode(p backup.Payload, m backup.Meta, split backup.Split) ([]*backup.Sheet, error) {
	if len(split.Groups) > 0 {
		return nil, backup.ErrNoShares
	}
	frame, at, err := marshal(p, m)
	if err != nil {
		return nil, err
	}
	defer secret.Wipe(frame)
	id := number(frame)
	rows := seals(frame, id)
	total := len(rows)
	sheet := &backup.Sheet{
		Code: Name, DocumentID: backup.FormatID(id), Rehearsal: m.Rehearsal, Block: 5, PerPage: pagingOf(total).rows(),
		Head: head(p, m, id, total), Intro: backup.Intro(p.Kind),
		Guide: guide(p, layout{total: total, from: at + 1, to: at + p.Secret.Len(), id: backup.FormatID(id)}),
	}
	for i, values := range rows {
		sheet.Rows = append(sheet.Rows, row(i+1, total, values))
		secret.Wipe(values)
	}
	sheet.Lay()
	return []*backup.Sheet{sheet}, nil
}

func head(p backup.Payload, m backup.Meta, id uint64, total int) []backup.Field {
	return backup.NewHead(p, m,
		backup.Field{Name: backup.FieldDocument, Value: backup.FormatID(id), Remark: "the same number is in the check of every line below"},
		backup.Field{Name: backup.FieldLines, Value: strconv.Itoa(total), Remark: fmt.Sprintf("%d of data; the last 2 rebuild any two lost or wrong ones", total-2)})
}

// seals returns the forty values of every line of a frame, the two for repair included.
func seals(frame []byte, id uint64) [][]byte {
	var data [][]byte
	for at := 0; at < len(frame); at += lineBytes {
		data = append(data, frame[at:at+lineBytes])
	}
	p, q := parity(data)
	defer secret.Wipe(p[:])
	defer secret.Wipe(q[:])
	all := append(data, p[:], q[:])
	rows := make([][]byte, len(all))
	for i, b := range all {
		rows[i] = fivebit.Append(make([]byte, 0, lineChars), b)[:lineChars]
		seal(i+1, len(all), id, rows[i])
	}
	return rows
}

// row prints a line: its number and the number of lines, 32 characters of data in groups of four, a wider gap in their middle and
// before the check.
//
//	07/19  QPZR Y9X8 GF2T VDW0  S3JN 54KH CE6M UA7L   QPZR Y9X8
func row(number, total int, values []byte) []byte {
	line := make([]byte, 0, backup.Width)
	width := len(fmt.Sprintf("%02d", total))
	line = fmt.Appendf(line, "%0*d/%0*d ", width, number, width, total)
	chars := text(values)
	for i, c := range chars {
		switch {
		case i%4 != 0:
		case i == dataChars:
			line = append(line, "   "...)
		case i == dataChars/2:
			line = append(line, "  "...)
		default:
			line = append(line, ' ')
		}
		line = append(line, c)
	}
	secret.Wipe(chars)
	return line
}
