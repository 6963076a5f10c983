package argyleapi

import (
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/linkhook/linkhook/events"
)

// describe reads Argyle's error bodies: {"detail": "…"} for the request as a whole, {"field": ["…", …]} for single fields, the
// latter also nested. Neither has a code, except for the error_code of a few newer calls.
func describe(body []byte, e *events.APIError) {
	var answer map[string]jsontext.Value
	if err := json.Unmarshal(body, &answer); err != nil {
		return // a proxy answered, or it is a mere text; the status says it all
	}
	for name, value := range answer {
		switch {
		case value.Kind() == '"' && (name == "detail" || name == "error_message" || name == "message"):
			e.Message = text(value)
		case value.Kind() == '"' && (name == "error_code" || name == "code"):
			e.Code = text(value)
		default:
			describeField(e, name, value, 0)
		}
	}
}

// maxNesting is how deep fields are looked for; config.days_synced is the deepest that is known.
const maxNesting = 4

func describeField(e *events.APIError, name string, value jsontext.Value, depth int) {
	switch value.Kind() {
	case '"':
		addField(e, name, text(value))
	case '[':
		var items []jsontext.Value
		if json.Unmarshal(value, &items) != nil {
			return
		}
		for _, item := range items {
			if depth < maxNesting {
				describeField(e, name, item, depth+1)
			}
		}
	case '{':
		var members map[string]jsontext.Value
		if json.Unmarshal(value, &members) != nil {
			return
		}
		for member, inner := range members {
			if depth < maxNesting {
				describeField(e, name+"."+member, inner, depth+1)
			}
		}
	default: // numbers and the like say nothing that the status does not say
	}
}

func addField(e *events.APIError, name, message string) {
	if e.Fields == nil {
		e.Fields = map[string]string{}
	}
	if before := e.Fields[name]; before != "" {
		message = before + "; " + message
	}
	e.Fields[name] = strings.ToValidUTF8(message, "")
}

func text(value jsontext.Value) string {
	s, err := jsontext.AppendUnquote(nil, value)
	if err != nil {
		return ""
	}
	return string(s)
}
