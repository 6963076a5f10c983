package argyleapi

import (
	"context"
	"iter"
	"net/http"
	"net/url"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/linkhook/linkhook/events/argyle"
	"github.com/linkhook/linkhook/events/internal/rest"
)

// UserRequest describes a user, to create or to change one. Members that are empty are not sent: they stay as they are. All
// of it is optional, and most of it is personal data; Argyle uses it to find and to match the user's accounts.
type UserRequest struct {
	ExternalID       string                    `json:"external_id,omitzero"`        // the host's own id of the user; it comes back in users.fully_synced
	ExternalMetadata map[string]jsontext.Value `json:"external_metadata,omitempty"` // anything of the host; it comes back likewise
	FirstName        string                    `json:"first_name,omitzero"`         // the given name
	LastName         string                    `json:"last_name,omitzero"`          // the family name
	Email            string                    `json:"email,omitzero"`              // where invitations go
	PhoneNumber      string                    `json:"phone_number,omitzero"`       // in international form
	SSN              string                    `json:"ssn,omitzero"`                // social security number
	Address          *Address                  `json:"address,omitzero"`            // where the user lives
	BirthDate        *BirthDate                `json:"birth_date,omitzero"`         // in three numbers
}

// BirthDate is a date in three numbers.
type BirthDate struct {
	Year  int `json:"year"`  // with four digits
	Month int `json:"month"` // 1 to 12
	Day   int `json:"day"`   // 1 to 31
}

// Address is a postal address. Its members are empty where they were null.
type Address struct {
	Line1      string `json:"line1"`       // street and number
	Line2      string `json:"line2"`       // what the street needs besides
	City       string `json:"city"`        // name of the town
	State      string `json:"state"`       // two letters in the United States
	PostalCode string `json:"postal_code"` // five digits in the United States
	Country    string `json:"country"`     // ISO 3166, two letters
}

// NewUser is what creating a user returns.
type NewUser struct {
	ID string `json:"id"` // keep it with the user: webhooks carry it as data.user
	// UserToken opens Link for the user. It is a credential, a JWT that is valid for an hour: give it to the user's browser
	// and to nobody else, and get a new one from CreateUserToken when it has expired.
	UserToken string `json:"user_token"`
}

// User is a user of the workspace.
type User struct {
	ID                 string                    `json:"id"`                  // as in webhooks' data.user
	CreatedAt          argyle.Timestamp          `json:"created_at"`          // when it was made
	ItemsConnected     []string                  `json:"items_connected"`     // ids of Items with a connected account
	EmployersConnected []string                  `json:"employers_connected"` // names, not ids
	ExternalID         string                    `json:"external_id"`         // empty where it was null
	ExternalMetadata   map[string]jsontext.Value `json:"external_metadata"`   // what the host stored with it
	FirstName          string                    `json:"first_name"`          // as the host gave it
	LastName           string                    `json:"last_name"`           // as the host gave it
	Email              string                    `json:"email"`               // as the host gave it
	PhoneNumber        string                    `json:"phone_number"`        // as the host gave it
	SSN                string                    `json:"ssn"`                 // as the host gave it
	Address            *Address                  `json:"address"`             // nil where the host gave none
	BirthDate          *BirthDate                `json:"birth_date"`          // nil where the host gave none
}

// CreateUser makes a user and the first token of it. It is not repeated after a lost connection, which may have made one:
// look for it with [Client.UsersByExternalID] first. The API answers 201, and 200 in its documentation; both are fine.
func (c *Client) CreateUser(ctx context.Context, req UserRequest) (NewUser, error) {
	return call[NewUser](ctx, c, http.MethodPost, "/v2/users", req)
}

// CreateUserToken returns a new token for a user, valid for an hour. It is repeated after a lost connection or a 5xx answer: a
// token that is never used does no harm.
func (c *Client) CreateUserToken(ctx context.Context, userID string) (string, error) {
	var out struct {
		UserToken string `json:"user_token"`
	}
	err := c.rest.Do(ctx, rest.Request{
		Method: http.MethodPost, Path: "/v2/user-tokens", Body: map[string]string{"user": userID}, Out: &out, Repeatable: true,
	})
	return out.UserToken, err
}

// Users yields all users of the workspace.
func (c *Client) Users(ctx context.Context) iter.Seq2[User, error] {
	return list[User](ctx, c, "/v2/users", nil)
}

// UsersByExternalID yields the users with the host's own id; there can be several, Argyle keeps it as it is given.
func (c *Client) UsersByExternalID(ctx context.Context, externalID string) iter.Seq2[User, error] {
	return list[User](ctx, c, "/v2/users", url.Values{"external_id": {externalID}})
}

// User returns one user.
func (c *Client) User(ctx context.Context, id string) (User, error) {
	return get[User](ctx, c, of("/v2/users", id))
}

// UpdateUser changes what is given of a user and returns all of it.
func (c *Client) UpdateUser(ctx context.Context, id string, change UserRequest) (User, error) {
	return call[User](ctx, c, http.MethodPatch, of("/v2/users", id), change)
}

// DeleteUser deletes a user with all accounts and data. It cannot be undone; accounts.removed follows.
func (c *Client) DeleteUser(ctx context.Context, id string) error {
	return c.send(ctx, http.MethodDelete, of("/v2/users", id))
}
