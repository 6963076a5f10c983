package events

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// APIError is what the REST clients of the providers return for an answer other than 2xx, and for a 2xx whose body could not
// be read. Its text holds the status, the provider's code and the request's id; what the provider wrote for people stays in
// Message, which can repeat the request's data.
type APIError struct {
	Client       string            // the package that sent the request
	Method, Path string            // the request, without host and query
	Status       int               // of the answer, also of a success that could not be read
	Type, Code   string            // the provider's stable words, empty where it gave none
	Message      string            // the provider's text; it may repeat data of the request
	Fields       map[string]string // what the provider said about single fields; may repeat data likewise
	RequestID    string            // quote it to the provider's support
	RetryAfter   time.Duration     // the wait that the provider asked for; zero when it named none
	Undecodable  bool              // the answer was a success that could not be read
}

// Error names the request, the status, the provider's type and code, and the request id.
func (e *APIError) Error() string {
	var b strings.Builder
	b.WriteString(e.Client + ": " + e.Method + " " + e.Path + ": " + strconv.Itoa(e.Status))
	if text := http.StatusText(e.Status); text != "" {
		b.WriteString(" " + text)
	}
	for _, part := range []string{e.Type, e.Code} {
		if part != "" {
			b.WriteString(" " + part)
		}
	}
	if e.Undecodable {
		b.WriteString(": " + e.Message)
	}
	if e.RequestID != "" {
		b.WriteString(" (request " + e.RequestID + ")")
	}
	return b.String()
}
