package argyleapi

import (
	"context"
	"iter"
	"net/url"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/linkhook/linkhook/events/argyle"
)

// PayrollDocument is a file that the platform has for the user: a paystub, a tax form, a licence.
type PayrollDocument struct {
	ID             string                    `json:"id"`                        // as in payroll_documents.added
	Account        string                    `json:"account"`                   // id of the account
	Employer       string                    `json:"employer"`                  // name, not id
	Employment     string                    `json:"employment"`                // id of the employment
	Number         string                    `json:"document_number"`           // of a licence, for one
	Type           string                    `json:"document_type"`             // payout-statement, W-2, 1099, drivers-license …; open
	Description    string                    `json:"document_type_description"` // in the platform's own words
	FileURL        string                    `json:"file_url"`                  // needs the API key to be read
	AvailableDate  argyle.Timestamp          `json:"available_date"`            // when the platform offered it
	ExpirationDate argyle.Timestamp          `json:"expiration_date"`           // of a licence, for one
	OCRData        jsontext.Value            `json:"ocr_data"`                  // what was read from a tax form, as it came; its shape depends on the form
	CreatedAt      argyle.Timestamp          `json:"created_at"`                // when Argyle first had it
	UpdatedAt      argyle.Timestamp          `json:"updated_at"`                // when it last changed
	Metadata       map[string]jsontext.Value `json:"metadata"`                  // what the platform has besides
}

// Vehicle is what a gig worker drives.
type Vehicle struct {
	ID             string                    `json:"id"`             // as in vehicles.added
	Account        string                    `json:"account"`        // id of the account
	Employer       string                    `json:"employer"`       // name, not id
	Identification string                    `json:"identification"` // the number plate
	Make           string                    `json:"make"`           // who built it
	Model          string                    `json:"model"`          // what it is called
	Type           string                    `json:"type"`           // car, ebike, bicycle, scooter …; open
	Year           string                    `json:"year"`           // when it was built, four digits
	VIN            string                    `json:"vin"`            // vehicle identification number
	CreatedAt      argyle.Timestamp          `json:"created_at"`     // when Argyle first had it
	UpdatedAt      argyle.Timestamp          `json:"updated_at"`     // when it last changed
	Metadata       map[string]jsontext.Value `json:"metadata"`       // what the platform has besides
}

// Rating is what customers gave a gig worker.
type Rating struct {
	ID             string                    `json:"id"`              // as in ratings.added
	Account        string                    `json:"account"`         // id of the account
	Employer       string                    `json:"employer"`        // name, not id
	Rating         Decimal                   `json:"rating"`          // on the platform's own scale
	AcceptanceRate Decimal                   `json:"acceptance_rate"` // of what was offered
	OntimeRate     Decimal                   `json:"ontime_rate"`     // of what was done
	Achievements   []jsontext.Value          `json:"achievements"`    // of no documented shape
	Rewards        []Reward                  `json:"rewards"`         // standing in the platform's programmes
	CreatedAt      argyle.Timestamp          `json:"created_at"`      // when Argyle first had it
	UpdatedAt      argyle.Timestamp          `json:"updated_at"`      // when it last changed
	Metadata       map[string]jsontext.Value `json:"metadata"`        // what the platform has besides
}

// Reward is a standing in a programme of the platform.
type Reward struct {
	ProgramName  string  `json:"program_name"`  // of the programme
	Tier         string  `json:"tier"`          // how far up
	ValidThrough string  `json:"valid_through"` // until when it holds
	Points       Decimal `json:"points"`        // towards the next tier
}

// PayrollDocuments yields an account's documents, page by page.
func (c *Client) PayrollDocuments(ctx context.Context, accountID string) iter.Seq2[PayrollDocument, error] {
	return list[PayrollDocument](ctx, c, "/v2/payroll-documents", url.Values{"account": {accountID}})
}

// PayrollDocument returns one document, by the id in payroll_documents.added.
func (c *Client) PayrollDocument(ctx context.Context, id string) (PayrollDocument, error) {
	return get[PayrollDocument](ctx, c, of("/v2/payroll-documents", id))
}

// Vehicle returns one vehicle, by the id in vehicles.added.
func (c *Client) Vehicle(ctx context.Context, id string) (Vehicle, error) {
	return get[Vehicle](ctx, c, of("/v2/vehicles", id))
}

// Rating returns one rating, by the id in ratings.added.
func (c *Client) Rating(ctx context.Context, id string) (Rating, error) {
	return get[Rating](ctx, c, of("/v2/ratings", id))
}

// UserForm returns one form that a user submitted in Link, as it came, by the id in user_forms.submitted. Its members are the
// host's own, set up in Argyle's console.
func (c *Client) UserForm(ctx context.Context, id string) (jsontext.Value, error) {
	return get[jsontext.Value](ctx, c, of("/v2/user-forms", id))
}

// UserUpload returns one document that a user uploaded in Link, as it came, by the id in user_uploads.added.
func (c *Client) UserUpload(ctx context.Context, id string) (jsontext.Value, error) {
	return get[jsontext.Value](ctx, c, of("/v2/user-uploads", id))
}

// Item returns one source of income data that Link offers, as it came, by the id in items.updated.
func (c *Client) Item(ctx context.Context, id string) (jsontext.Value, error) {
	return get[jsontext.Value](ctx, c, of("/v2/items", id))
}
