package journey

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// text reads a JSON string and takes every other value for an empty one: a browser may send anything.
type text string

// UnmarshalJSONFrom implements the tolerant reading of text.
func (t *text) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() != '"' {
		*t = ""
		return dec.SkipValue() //nolint:wrapcheck // the decoder adds the place
	}
	tok, err := dec.ReadToken()
	if err != nil {
		return err //nolint:wrapcheck // the decoder adds the place
	}
	*t = text(tok.String())
	return nil
}

// claim holds the few fields of Link payloads that tell steps apart, in all their spellings. Names, search terms and
// messages of people are left where they are.
type claim struct {
	ScreenName          text `json:"screenName"`
	ScreenNameDocs      text `json:"screen_name"`
	AccountID           text `json:"accountId"`
	SelectedEmployerID  text `json:"selectedEmployerId"`
	SelectedPlatformID  text `json:"selectedPlatformId"`
	PlatformID          text `json:"platformId"`
	ItemID              text `json:"itemId"`
	LinkItemID          text `json:"linkItemId"`
	Job                 text `json:"job"`
	Type                text `json:"type"`
	Code                text `json:"code"`
	ErrorType           text `json:"errorType"`
	ErrorCode           text `json:"errorCode"`
	ConnectionErrorCode text `json:"connectionErrorCode"`
	DDSErrorCode        text `json:"ddsErrorCode"`
}

func readClaim(payload []byte) claim {
	var c claim
	if err := json.Unmarshal(payload, &c); err != nil {
		return claim{}
	}
	return c
}

func (c *claim) screen() string { return first(c.ScreenName, c.ScreenNameDocs) }
func (c *claim) platform() string {
	return first(c.SelectedPlatformID, c.PlatformID, c.ItemID, c.LinkItemID)
}
func (c *claim) kind() string { return first(c.Type, c.ErrorType) }
func (c *claim) code() string {
	return first(c.Code, c.ErrorCode, c.ConnectionErrorCode, c.DDSErrorCode)
}

func first(values ...text) string {
	for _, v := range values {
		if v != "" {
			return string(v)
		}
	}
	return ""
}
