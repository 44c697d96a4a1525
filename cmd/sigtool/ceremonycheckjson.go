package main

import (
	"crypto/sha256"
	"encoding/hex"

	"sigtool/ceremony"
	"sigtool/internal/pgpwords"
)

type actJSON struct {
	Who  string `json:"who"`
	What string `json:"what"`
}

type stepJSON struct {
	ID    string    `json:"id"`
	Title string    `json:"title"`
	Acts  []actJSON `json:"acts"`
	By    string    `json:"initials,omitempty"`
}

type sheetJSON struct {
	Key    string `json:"key"`
	Code   string `json:"code"`
	Share  string `json:"share,omitempty"`
	Holder string `json:"holder"`
	Copies int    `json:"copies"`
}

type plannedJSON struct {
	Name   string `json:"name"`
	What   string `json:"what"`
	Secret bool   `json:"secret"`
}

type checkedPlan struct {
	File     string        `json:"file"`
	OK       bool          `json:"ok"`
	Kind     string        `json:"kind"`
	Title    string        `json:"title"`
	SHA256   string        `json:"sha256"`
	Words    []string      `json:"words"`
	Program  string        `json:"program_sha256"`
	Said     []string      `json:"program_words"`
	Dual     bool          `json:"dual_control"`
	Steps    []stepJSON    `json:"steps"`
	Sheets   []sheetJSON   `json:"sheets"`
	Files    []plannedJSON `json:"files"`
	Reach    []string      `json:"who_can_use_the_keys"`
	Warnings []string      `json:"warnings"`
}

func planJSON(name string, plan *ceremony.Plan, program [sha256.Size]byte) checkedPlan {
	sum := plan.Digest()
	v := checkedPlan{
		File: name, OK: true, Kind: plan.Kind, Title: plan.Title, SHA256: hex.EncodeToString(sum[:]), Words: pgpwords.Of(sum[:]),
		Program: hex.EncodeToString(program[:]), Said: pgpwords.Of(program[:]), Dual: !plan.Waived,
		Sheets: []sheetJSON{}, Files: []plannedJSON{}, Reach: append([]string{}, plan.Reach()...), Warnings: planWarnings(plan),
	}
	for _, o := range plan.Outline() {
		step := stepJSON{ID: o.ID, Title: o.Title, By: o.Closes}
		for _, act := range o.Acts {
			step.Acts = append(step.Acts, actJSON(act))
		}
		v.Steps = append(v.Steps, step)
	}
	for _, s := range plan.Sheets() {
		v.Sheets = append(v.Sheets, sheetJSON(s))
	}
	for _, f := range plan.Files() {
		v.Files = append(v.Files, plannedJSON(f))
	}
	return v
}
