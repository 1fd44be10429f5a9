// Records what Go's own text/template, with docker's functions, answers to the templates on standard input, one a
// line: go run scripts/templates/record.go < scripts/templates/cases.txt > lines for Tests/TemplateTests/GoAnswers.swift
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"text/template"
)

// The functions of docker/cli 20.10, templates/templates.go.
var functions = template.FuncMap{
	"json": func(v interface{}) string {
		buf := &bytes.Buffer{}
		enc := json.NewEncoder(buf)
		enc.SetEscapeHTML(false)
		enc.Encode(v)
		return strings.TrimSpace(buf.String())
	},
	"split": strings.Split,
	"join":  strings.Join,
	"title": strings.Title,
	"lower": strings.ToLower,
	"upper": strings.ToUpper,
	"pad": func(source string, prefix, suffix int) string {
		if source == "" {
			return source
		}
		return strings.Repeat(" ", prefix) + source + strings.Repeat(" ", suffix)
	},
	"truncate": func(source string, length int) string {
		if len(source) < length {
			return source
		}
		return source[:length]
	},
}

var data = map[string]interface{}{
	"Name": "web", "Count": 3, "Big": 1234567, "Minus": -42, "Ratio": 1.5, "Tiny": 1e-7, "Huge": 1e21,
	"On": true, "Off": false, "Nil": nil, "Empty": "", "Wide": "größe 日本", "Mark": "<a href='x'>&\"\\",
	"Control": "a\tb\nc\x01", "Path": "/usr/local/bin",
	"List": []interface{}{"a", "b", "c"}, "Numbers": []interface{}{3, 1, 2}, "None": []interface{}{},
	"Map":  map[string]interface{}{"k": "v", "a": 1, "z": map[string]interface{}{"deep": true}},
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	for lines.Scan() {
		answer := map[string]string{"template": lines.Text()}
		t, err := template.New("").Funcs(functions).Parse(lines.Text())
		if err == nil {
			var text bytes.Buffer
			if err = t.Execute(&text, data); err == nil {
				answer["output"] = text.String()
			}
		}
		if err != nil {
			answer["error"] = fmt.Sprint(err)
		}
		out.Encode(answer)
	}
}
