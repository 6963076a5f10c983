package browsertest_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/gorilla/websocket"
)

// message is one of a browser's remote control: DevTools and WebDriver BiDi differ in the names of methods only.
type message struct {
	ID      int            `json:"id,omitzero"`
	Session string         `json:"sessionId,omitzero"`
	Method  string         `json:"method,omitzero"`
	Params  any            `json:"params,omitzero"`
	Result  jsontext.Value `json:"result,omitzero"`
	Error   jsontext.Value `json:"error,omitzero"`
	Message string         `json:"message,omitzero"`
}

// remote is a connection to a browser's remote control.
type remote struct {
	ws   *websocket.Conn
	done chan struct{} // closed when the connection has ended

	mu      sync.Mutex // also of writing
	last    int
	answers map[int]chan message
	heard   map[string]map[*ear]bool // by session and method
}

// ear waits for one event that fits. It is asked about events in their order, with the mutex held.
type ear struct {
	fits  func(params object) bool
	heard chan struct{} // closed when it has come
}

// object is the parameters of a call.
type object map[string]any

func dialRemote(ctx context.Context, url string) (*remote, error) {
	ws, res, err := websocket.DefaultDialer.DialContext(ctx, url, nil)
	if err != nil {
		return nil, err
	}
	_ = res.Body.Close()
	r := &remote{ws: ws, done: make(chan struct{}), answers: map[int]chan message{}, heard: map[string]map[*ear]bool{}}
	go r.read()
	return r, nil
}

func (r *remote) read() {
	defer close(r.done)
	for {
		_, data, err := r.ws.ReadMessage()
		if err != nil {
			return
		}
		var m message
		if json.Unmarshal(data, &m, jsontext.AllowInvalidUTF8(true)) == nil {
			r.take(m)
		}
	}
}

func (r *remote) take(m message) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if m.ID != 0 {
		if answer := r.answers[m.ID]; answer != nil {
			delete(r.answers, m.ID)
			answer <- m
		}
		return
	}
	params, _ := m.Params.(map[string]any)
	ears := r.heard[m.Session+" "+m.Method]
	for e := range ears {
		if e.fits(params) {
			close(e.heard)
			delete(ears, e)
		}
	}
}

// next returns a channel that is closed when the next event of that method comes that fits.
func (r *remote) next(session, method string, fits func(params object) bool) <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	key := session + " " + method
	if r.heard[key] == nil {
		r.heard[key] = map[*ear]bool{}
	}
	e := &ear{fits: fits, heard: make(chan struct{})}
	r.heard[key][e] = true
	return e.heard
}

var errGone = errors.New("the browser is gone")

// await waits until ch is closed.
func (r *remote) await(ctx context.Context, ch <-chan struct{}) error {
	select {
	case <-ch:
		return nil
	case <-r.done:
		return errGone
	case <-ctx.Done():
		return ctx.Err()
	}
}

// call runs one method and decodes its result, unless that is nil.
func (r *remote) call(ctx context.Context, session, method string, params, result any) error {
	answer := make(chan message, 1)
	r.mu.Lock()
	r.last++
	id := r.last
	r.answers[id] = answer
	data, err := json.Marshal(message{ID: id, Session: session, Method: method, Params: params})
	if err == nil {
		err = r.ws.WriteMessage(websocket.TextMessage, data)
	}
	r.mu.Unlock()
	if err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	select {
	case m := <-answer:
		if len(m.Error) != 0 {
			return fmt.Errorf("%s: %s %s", method, m.Error, m.Message)
		}
		if result == nil {
			return nil
		}
		return json.Unmarshal(m.Result, result, jsontext.AllowInvalidUTF8(true))
	case <-r.done:
		return fmt.Errorf("%s: %w", method, errGone)
	case <-ctx.Done():
		return fmt.Errorf("%s: %w", method, ctx.Err())
	}
}

// announced returns what the pattern's group matches in the first line that it matches, and goes on reading after it.
func announced(lines io.Reader, pattern string) (string, error) {
	expression := regexp.MustCompile(pattern)
	scanner := bufio.NewScanner(lines)
	for scanner.Scan() {
		if m := expression.FindStringSubmatch(scanner.Text()); m != nil {
			go func() { _, _ = io.Copy(io.Discard, lines) }()
			return m[1], nil
		}
	}
	return "", errGone
}
