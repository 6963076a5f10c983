package pinwheelapi

import (
	"context"
	"net/http"

	"github.com/linkhook/linkhook/events/pinwheel"
)

// Solution names what a Link token is for; required since version 2025-07-08. Open.
type Solution string

// The solutions.
const (
	SolutionVerify         Solution = "Verify"          // income and employment
	SolutionBillSwitch     Solution = "Bill Switch"     // payment methods of bills
	SolutionBillManager    Solution = "Bill Manager"    // finding and paying bills
	SolutionPaycheckViewer Solution = "Paycheck Viewer" // showing users their pay
	SolutionSwitchKit      Solution = "Switch Kit"      // direct deposit and bills together
	SolutionDepositSwitch  Solution = "Deposit Switch"  // direct deposit alone
)

// LinkTokenRequest describes the Link session that a token opens. Members that are empty are not sent.
//
// The new form (version 2025-07-08) names a Solution and the Features; the old form names RequiredJobs instead. With an
// AccountID the token re-authenticates a known account: Link then asks only for what is missing, and neither Features nor
// EndUserID is needed.
type LinkTokenRequest struct {
	OrgName      string             `json:"org_name"`                // 3 to 30 characters, shown to the user
	EndUserID    string             `json:"end_user_id,omitzero"`    // the host's own id of the user, 1 to 255 characters, no personal data; spaces around it are dropped
	Solution     Solution           `json:"solution,omitzero"`       // required since version 2025-07-08
	Features     []pinwheel.JobName `json:"features,omitempty"`      // what is wanted, unless AccountID is set; since version 2025-07-08
	RequiredJobs []pinwheel.JobName `json:"required_jobs,omitempty"` // versions before 2025-07-08
	AccountID    string             `json:"account_id,omitzero"`     // an On-Demand Update of that account

	SkipIntroScreen               bool                  `json:"skip_intro_screen,omitzero"`                // begin with the search, or the sign-in
	EmployerID                    string                `json:"employer_id,omitzero"`                      // begin with this employer
	PlatformID                    string                `json:"platform_id,omitzero"`                      // begin with this platform
	PlatformType                  pinwheel.PlatformType `json:"platform_type,omitzero"`                    // show platforms of this type alone
	Language                      string                `json:"language,omitzero"`                         // en or es
	Allocation                    *AllocationRequest    `json:"allocation,omitzero"`                       // presets of a direct-deposit switch
	DisableDirectDepositSplitting bool                  `json:"disable_direct_deposit_splitting,omitzero"` // all of the pay or nothing
	DocumentUploads               string                `json:"document_uploads,omitzero"`                 // direct, fallback or disabled
	DepositForms                  string                `json:"deposit_forms,omitzero"`                    // direct, fallback or disabled
	UseCase                       string                `json:"use_case,omitzero"`                         // account_onboarding, account_servicing, underwriting
	Tags                          map[string]string     `json:"tags,omitempty"`                            // come back with the account
	EndUser                       *EndUserRequest       `json:"end_user,omitzero"`                         // personal data, to find the user's platform by
	Cards                         []CardRequest         `json:"cards,omitempty"`                           // for a card switch
	ResellerCustomerID            string                `json:"reseller_customer_id,omitzero"`             // resellers only; 400 for everyone else
}

// AllocationRequest presets a direct-deposit switch.
type AllocationRequest struct {
	// Type is "amount", or empty, which lets the user choose.
	Type      pinwheel.AllocationType `json:"type,omitzero"`
	Value     pinwheel.Decimal        `json:"value,omitzero"`      // an amount in dollars
	MinAmount pinwheel.Decimal        `json:"min_amount,omitzero"` // an amount in dollars
	Targets   []AllocationAccount     `json:"targets,omitempty"`   // where the pay can be sent
}

// AllocationAccount is a bank account that pay can be sent to.
type AllocationAccount struct {
	Name          string               `json:"name"`           // shown to the user
	Type          pinwheel.AccountType `json:"type"`           // checking or savings
	RoutingNumber string               `json:"routing_number"` // of the bank, nine digits
	AccountNumber string               `json:"account_number"` // 5 digits or more
}

// EndUserRequest says what is known of the user, so that Pinwheel can find their platform.
type EndUserRequest struct {
	PlatformMatching PlatformMatching `json:"platform_matching"` // what the platform may know the user by
}

// PlatformMatching holds personal data; all of it is optional and none of it is logged.
type PlatformMatching struct {
	SocialSecurityNumber         string        `json:"social_security_number,omitzero"`           // all nine digits
	SocialSecurityNumberLastFour string        `json:"social_security_number_last_four,omitzero"` // the last four digits, in place of all nine
	DateOfBirth                  pinwheel.Date `json:"date_of_birth,omitzero"`                    // written as YYYY-MM-DD
	FirstName                    string        `json:"first_name,omitzero"`                       // the given name
	LastName                     string        `json:"last_name,omitzero"`                        // the family name
	MobilePhoneNumber            string        `json:"mobile_phone_number,omitzero"`              // ten digits, without the country's
	HomeAddressZipCode           string        `json:"home_address_zip_code,omitzero"`            // the first five digits
	Email                        string        `json:"email,omitzero"`                            // an address of the user's own
}

// CardRequest is a card for a card switch. It is cardholder data: hold it as briefly as you can.
type CardRequest struct {
	CardName          string `json:"card_name"`                    // shown to the user
	CardNumber        string `json:"card_number"`                  // the whole number
	ExpirationDate    string `json:"expiration_date"`              // as it is printed on the card
	NameOnCard        string `json:"name_on_card"`                 // whose it is
	CardZipCode       string `json:"card_zip_code"`                // of the billing address
	CVC               string `json:"cvc,omitzero"`                 // the code on the back
	BillingAddress    string `json:"billing_address,omitzero"`     // street and number
	BillingAddressTwo string `json:"billing_address_two,omitzero"` // what the street needs besides
	City              string `json:"city,omitzero"`                // of the billing address
	State             string `json:"state,omitzero"`               // of the billing address
}

// LinkToken opens Link once.
type LinkToken struct {
	// ID is what webhooks carry as link_token_id: keep it with the user.
	ID string `json:"id"`
	// Token goes to the browser. It is a credential, valid once and until Expires.
	Token string `json:"token"`
	// Expires is when the token ends: 15 minutes in older documentation, an hour as recorded. Trust this field.
	Expires        pinwheel.Timestamp `json:"expires"`
	Mode           string             `json:"mode"`             // sandbox, development or production
	SmartBranchURL string             `json:"smart_branch_url"` // opens Link without a page of the host; can be absent
}

// CreateLinkToken makes a Link token. It is repeated after a lost connection or a 5xx answer: a token that is never used
// does no harm.
func (c *Client) CreateLinkToken(ctx context.Context, req LinkTokenRequest) (LinkToken, error) {
	var out envelope[LinkToken]
	err := c.rest.Do(ctx, repeatablePost("/link_tokens", req, &out))
	return out.Data, err
}

// Reauthenticate makes a Link token for an account that needs its user again, after account.monitoring_status.updated said
// user_action_required. orgName is shown to the user.
func (c *Client) Reauthenticate(ctx context.Context, orgName, accountID string, solution Solution) (LinkToken, error) {
	return c.CreateLinkToken(ctx, LinkTokenRequest{OrgName: orgName, AccountID: accountID, Solution: solution, SkipIntroScreen: true})
}

// SetSandboxMonitoring makes an account of the sandbox need its user again; other environments answer 404.
func (c *Client) SetSandboxMonitoring(ctx context.Context, accountID string, status pinwheel.MonitoringStatus) error {
	_, _, err := call[struct{}](ctx, c, http.MethodPatch, of("/sandbox/accounts", accountID),
		map[string]pinwheel.MonitoringStatus{"monitoring_status": status})
	return err
}
