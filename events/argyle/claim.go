package argyle

import (
	"bytes"

	"github.com/go-json-experiment/json"
)

// AccountClaim is the payload of the account and direct-deposit callbacks of Link 5. It says which account, never why: even
// the error callbacks have no code. Wait for the webhook, or fetch the account.
type AccountClaim struct {
	AccountID string `json:"accountId" validate:"required"` // id of the account
	UserID    string `json:"userId,omitzero"`               // id of the user
	ItemID    string `json:"itemId,omitzero"`               // id of the Item
}

// SubmissionClaim is the payload of [LinkFormSubmitted] and [LinkDocumentsSubmitted].
type SubmissionClaim struct {
	AccountID string `json:"accountId,omitzero"` // some SDKs no longer send it with documents
	UserID    string `json:"userId,omitzero"`    // id of the user
}

// ItemNotFoundClaim is the payload of [LinkCantFindItemClicked] and [V1LinkCantFindLinkItemClicked]: what the user searched for
// and did not find. The script replaces the text by a marker, because users type names and secrets into search fields.
type ItemNotFoundClaim struct {
	Term  string `json:"term,omitzero"`  // from Flutter, and from the script, which turns the web's mere text into this
	Query string `json:"query,omitzero"` // from React Native
}

// Text returns the search term under whichever name it came.
func (c ItemNotFoundClaim) Text() string {
	if c.Term != "" {
		return c.Term
	}
	return c.Query
}

// UnmarshalJSON reads {"term": …}, {"query": …}, and the mere text that Link passes on the web.
func (c *ItemNotFoundClaim) UnmarshalJSON(b []byte) error {
	*c = ItemNotFoundClaim{}
	if bytes.HasPrefix(b, []byte(`"`)) {
		var err error
		c.Term, err = stringOf(b)
		return err
	}
	type plain ItemNotFoundClaim
	return unmarshalObject(b, (*plain)(c))
}

// ErrorClaim is the payload of [LinkError].
type ErrorClaim struct {
	UserID       string        `json:"userId,omitzero"`       // on the web only
	ErrorType    LinkErrorType `json:"errorType,omitzero"`    // what to do: [LinkErrorType.Advice]
	ErrorMessage string        `json:"errorMessage,omitzero"` // free text, for people; cut by the script
	ErrorDetails Nullable      `json:"errorDetails"`          // free text, null or absent when there is none
}

// EmptyClaim is the payload of callbacks without arguments: {} on the web and on Android, [] on iOS.
type EmptyClaim struct{}

// UnmarshalJSON takes whatever came: there is nothing to read.
func (*EmptyClaim) UnmarshalJSON([]byte) error { return nil }

// CloseClaim is the payload of [LinkClosed]. The native SDKs send nothing, so a nil field is "not said", not "no".
type CloseClaim struct {
	UserSubmissionComplete *bool `json:"userSubmissionComplete,omitzero"` // whether the user submitted what the flow asks for
	// UserAttemptedEmployerSelection is inferred from the redirect parameters of session links.
	UserAttemptedEmployerSelection *bool `json:"userAttemptedEmployerSelection,omitzero"`
}

// UnmarshalJSON reads the object, or the empty array that iOS sends.
func (c *CloseClaim) UnmarshalJSON(b []byte) error {
	*c = CloseClaim{}
	type plain CloseClaim
	return unmarshalObject(b, (*plain)(c))
}

// unmarshalObject reads an object into v and takes an array, which is how the iOS bridge writes "no arguments", for none.
func unmarshalObject(b []byte, v any) error {
	if bytes.HasPrefix(b, []byte("[")) {
		return nil
	}
	return json.Unmarshal(b, v) //nolint:wrapcheck // the events package reduces it to a place and a type
}
