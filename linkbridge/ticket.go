package linkbridge

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
)

// Principal says for whom a page may speak. It comes from the host's own login and goes into the signed ticket, so that
// nothing that the browser sends later can change whose events they are.
type Principal struct {
	Provider    string // "pinwheel" or "argyle"; events of another provider are refused
	EndUserID   string // Pinwheel's end_user_id or Argyle's user id
	LinkTokenID string // Pinwheel only: the id, not the token, of the Link token that the page opens Link with
	AccountID   string // the account that Link is opened for, when it is known already
}

// LogValue prints the ids and nothing else.
func (p Principal) LogValue() slog.Value {
	return slog.GroupValue(slog.String("provider", p.Provider), slog.String("end_user_id", p.EndUserID),
		slog.String("link_token_id", p.LinkTokenID))
}

// key names the principal for the limit on live connections: the user, or the Link token where no user is known.
func (p Principal) key() string {
	if p.EndUserID != "" {
		return family(p.Provider) + "/u/" + p.EndUserID
	}
	return family(p.Provider) + "/t/" + p.LinkTokenID
}

// family returns the provider without its version: tickets for "argyle" are good for "argyle-v1" too.
func family(provider string) string {
	name, version, ok := strings.Cut(provider, "-v")
	if ok && version != "" && len(version) <= 2 && strings.Trim(version, "0123456789") == "" {
		return name
	}
	return provider
}

const (
	ticketLabel = "linkbridge ticket 1\n"
	resumeLabel = "linkbridge resume 1\n"
	maxToken    = 4096
	maxID       = 256 // bytes of an id in a ticket
)

// claims is the body of a ticket or a resume token. The short names keep tokens short.
type claims struct {
	Provider  string `json:"p"`
	EndUser   string `json:"u,omitzero"`
	LinkToken string `json:"l,omitzero"`
	Account   string `json:"a,omitzero"`
	ID        string `json:"i"`          // random; for a ticket the id that is bound to a session
	Session   string `json:"s,omitzero"` // resume tokens only
	Gen       uint64 `json:"g,omitzero"` // resume tokens only: generation
	Expires   int64  `json:"x"`          // Unix seconds
}

func (c *claims) principal() Principal {
	return Principal{Provider: c.Provider, EndUserID: c.EndUser, LinkTokenID: c.LinkToken, AccountID: c.Account}
}

func newClaims(p Principal, expires time.Time) claims {
	return claims{Provider: p.Provider, EndUser: p.EndUserID, LinkToken: p.LinkTokenID, Account: p.AccountID,
		ID: randomID(), Expires: expires.Unix()}
}

// Ticket signs a ticket for p: what a page shows in its first frame. It is bound to the first link session that uses it
// and lasts Limits.TicketTTL; make one per page view and hand it to the page over the host's own authenticated channel.
// It returns an error when p has no provider, neither a user nor a Link-token id, or an id over 256 bytes.
func (b *Bridge) Ticket(p Principal) (string, error) {
	if p.Provider == "" {
		return "", errors.New("linkbridge: a ticket needs a provider")
	}
	if p.EndUserID == "" && p.LinkTokenID == "" {
		return "", errors.New("linkbridge: a ticket needs an end-user id or a Link-token id")
	}
	for _, id := range [...]string{p.Provider, p.EndUserID, p.LinkTokenID, p.AccountID} {
		if len(id) > maxID {
			return "", fmt.Errorf("linkbridge: an id in a ticket has %d bytes, at most %d fit", len(id), maxID)
		}
	}
	return b.seal(ticketLabel, newClaims(p, time.Now().Add(b.limits.TicketTTL)))
}

// resumeToken makes the token with which the session is continued without its ticket.
func (b *Bridge) resumeToken(s *session, gen uint64) (string, error) {
	c := newClaims(s.who(), time.Now().Add(b.limits.SessionTTL))
	c.Session, c.Gen = s.id, gen
	return b.seal(resumeLabel, c)
}

// seal writes claims as base64url(JSON) "." base64url(MAC).
func (b *Bridge) seal(label string, c claims) (string, error) {
	body, err := json.Marshal(c)
	if err != nil {
		return "", errors.New("linkbridge: an id in a ticket is not valid UTF-8")
	}
	enc := base64.RawURLEncoding
	sum := b.keys.sign(time.Now(), label, body)
	token := make([]byte, 0, enc.EncodedLen(len(body))+1+enc.EncodedLen(len(sum)))
	token = enc.AppendEncode(token, body)
	token = append(token, '.')
	return string(enc.AppendEncode(token, sum)), nil
}

// open checks a token's MAC and expiry and returns its claims.
func (b *Bridge) open(label, token string) (claims, bool) {
	var c claims
	head, tail, ok := strings.Cut(token, ".")
	if !ok || len(token) > maxToken || strings.ContainsAny(token, "\r\n") { // base64 skips line ends
		return c, false
	}
	enc := base64.RawURLEncoding.Strict()
	body, err := enc.DecodeString(head)
	if err != nil {
		return c, false
	}
	sum, err := enc.DecodeString(tail)
	if err != nil {
		return c, false
	}
	now := time.Now()
	if !b.keys.verify(now, label, sum, body) {
		return c, false
	}
	if json.Unmarshal(body, &c) != nil {
		return c, false
	}
	return c, now.Unix() < c.Expires && isID(c.ID)
}

// randomID returns 128 random bits in hex.
func randomID() string {
	var id [16]byte
	_, _ = rand.Read(id[:]) // crypto/rand never fails
	return hex.EncodeToString(id[:])
}
