package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// goal is one line of the table of goals.
type goal struct {
	name, figure, floor, unit string
	required, moonshot        bound
	allocs, allocsMoonshot    bound
}

// bound is a limit such as '<=2.2'; the zero bound is none.
type bound struct {
	text  string
	least bool // '>=': more is better
	limit float64
}

const columns = 8

func readGoals(name string) ([]goal, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("reading the goals: %w", err)
	}
	var goals []goal
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(line, "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(line, "\t")
		if len(cells) != columns {
			return nil, fmt.Errorf("%s: %q has %d cells, not %d", name, line, len(cells), columns)
		}
		one := goal{name: cells[0], figure: cells[1], floor: cells[2], unit: cells[3]}
		for i, target := range []*bound{&one.required, &one.moonshot, &one.allocs, &one.allocsMoonshot} {
			if *target, err = parseBound(cells[4+i]); err != nil {
				return nil, fmt.Errorf("%s: %q: %w", name, line, err)
			}
		}
		goals = append(goals, one)
	}
	return goals, nil
}

func parseBound(text string) (bound, error) {
	if text == "-" {
		return bound{}, nil
	}
	number, least := strings.CutPrefix(text, ">=")
	if !least {
		var most bool
		if number, most = strings.CutPrefix(text, "<="); !most {
			return bound{}, fmt.Errorf("a goal is '<=' or '>=' and a number, not %q", text)
		}
	}
	limit, err := strconv.ParseFloat(number, 64)
	if err != nil {
		return bound{}, fmt.Errorf("a goal is '<=' or '>=' and a number: %w", err)
	}
	return bound{text: text, least: least, limit: limit}, nil
}

// cell shows the bound and whether value keeps it.
func (b bound) cell(value float64) string {
	switch {
	case b.text == "":
		return "-"
	case b.least == (value >= b.limit) || value == b.limit:
		return b.text + " yes"
	}
	return b.text + " NO"
}
