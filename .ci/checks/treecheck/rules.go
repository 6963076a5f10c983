package main

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

const (
	maxLines       = 400 // of a file that a person has written
	maxReadmeLines = 250
)

// topLevel is everything that may stand there beside hidden names.
var topLevel = []string{
	"router", "events", "linkbridge", "middleware", "examples", "js",
	"go.mod", "go.sum", "README.md", "LICENSE",
}

// saysNothing are names that would fit any content.
var saysNothing = []string{"util", "utils", "common", "helper", "helpers", "misc"}

// counted are the endings of files that people write.
var counted = []string{
	".go", ".ts", ".mts", ".cts", ".js", ".mjs", ".cjs", ".css", ".html", ".tmpl",
	".sh", ".py", ".sql", ".yml", ".yaml", ".md",
}

var (
	generated = regexp.MustCompile(`(?m)^(//|#|/\*|<!--) Code generated .* DO NOT EDIT\.`)
	address   = regexp.MustCompile(`"resolved"\s*:|https?://[^"\s]+\.(tgz|tar\.gz|zip)\b`)
	registry  = regexp.MustCompile(`(?i)(https?://|[^\w./-])(registry|proxy|sum|deb|pypi)\.[a-z]+[a-z.]*\.?(org|com|net|io|debian)\b`)
	unfinish  = regexp.MustCompile(`(?:^|[^.\w])(TODO|FIXME|XXX|HACK)\b`)
	conflict  = regexp.MustCompile(`(?m)^(<{7} |>{7} |={7}$)`)
	machine   = regexp.MustCompile("(?m)(^|[\\s\"'`=(:])/(root|work|home/[a-z]+|Users/[A-Za-z]+)/")
	replaced  = regexp.MustCompile(`(?m)^\s*(?:replace\s+)?\S+(?:\s+v\S+)?\s+=>\s+(\S+)`)
)

func checkName(name string) []string {
	var findings []string
	first, _, _ := strings.Cut(name, "/")
	if !strings.HasPrefix(first, ".") && !slices.Contains(topLevel, first) {
		findings = append(findings, "does not belong at the top level: "+first)
	}
	for part := range strings.SplitSeq(name, "/") {
		stem, _, _ := strings.Cut(strings.TrimPrefix(part, "."), ".")
		if slices.Contains(saysNothing, strings.TrimSuffix(stem, "_test")) {
			findings = append(findings, fmt.Sprintf("the name %q says nothing about the content", part))
		}
	}
	return findings
}

func checkLength(name, text string) []string {
	limit := maxLines
	switch {
	case name == "README.md":
		limit = maxReadmeLines
	case strings.HasPrefix(name, "js/dist/"), path.Base(name) == "CHANGELOG.md", generated.MatchString(head(text)):
		return nil
	case !slices.Contains(counted, path.Ext(name)) && !strings.HasPrefix(text, "#!"):
		return nil
	}
	if lines := strings.Count(text, "\n"); lines > limit {
		return []string{fmt.Sprintf("%d lines, more than %d", lines, limit)}
	}
	return nil
}

// head is the part of a file in which a generator names itself.
func head(text string) string { return text[:min(len(text), 2000)] }

func checkLock(name, text string) []string {
	var findings []string
	switch path.Base(name) {
	case "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml":
		if found := address.FindString(text); found != "" {
			findings = append(findings, "holds a download address: "+found)
		}
	case ".npmrc":
		if strings.Contains(text, "registry=") || strings.Contains(text, "_auth") {
			findings = append(findings, "names a registry")
		}
	case "go.mod":
		for _, match := range replaced.FindAllStringSubmatch(text, -1) {
			switch {
			case name == "go.mod":
				findings = append(findings, "the root module replaces "+match[1]+", which its users would not get")
			case !strings.HasPrefix(match[1], "./") && !strings.HasPrefix(match[1], "../"):
				findings = append(findings, "replaces by something outside the repository: "+match[1])
			}
		}
	}
	return findings
}

// checkWords looks for what no text of ours may say. This package has to spell
// the words out and is left out.
func checkWords(name, text string) []string {
	if strings.HasPrefix(name, ".ci/checks/treecheck/") || strings.HasPrefix(name, "js/dist/") {
		return nil
	}
	var findings []string
	for _, rule := range []struct {
		what string
		re   *regexp.Regexp
	}{
		{"unfinished", unfinish},
		{"a merge conflict", conflict},
		{"a path of one machine", machine},
		{"the address of a package registry", registry},
	} {
		if at := rule.re.FindStringIndex(text); at != nil {
			line := 1 + strings.Count(text[:at[0]], "\n")
			findings = append(findings, fmt.Sprintf("line %d: %s: %s", line, rule.what, strings.TrimSpace(text[at[0]:at[1]])))
		}
	}
	return findings
}
