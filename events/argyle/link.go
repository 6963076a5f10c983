package argyle

import "github.com/linkhook/linkhook/events"

// Callbacks of Link 5. Each payload is a claim of a browser: nothing in it is proven.
var (
	// LinkAccountCreated is reported when a login was submitted and the account created; it is not authenticated yet.
	LinkAccountCreated = events.Link[AccountClaim](Provider, "onAccountCreated")
	// LinkAccountConnected is reported when the login succeeded; the accounts.connected webhook can come later than this.
	LinkAccountConnected = events.Link[AccountClaim](Provider, "onAccountConnected")
	// LinkAccountError is reported when an account could not be connected. Why is not said: wait for the webhook or fetch the
	// account.
	LinkAccountError = events.Link[AccountClaim](Provider, "onAccountError")
	// LinkAccountRemoved is reported when the user removed an account in Link.
	LinkAccountRemoved = events.Link[AccountClaim](Provider, "onAccountRemoved")
	// LinkDDSSuccess is reported when a direct-deposit switch was done.
	LinkDDSSuccess = events.Link[AccountClaim](Provider, "onDDSSuccess")
	// LinkDDSError is reported when a direct-deposit switch failed; why is not said.
	LinkDDSError = events.Link[AccountClaim](Provider, "onDDSError")
	// LinkFormSubmitted is reported when the user submitted a form.
	LinkFormSubmitted = events.Link[SubmissionClaim](Provider, "onFormSubmitted")
	// LinkDocumentsSubmitted is reported when the user submitted documents.
	LinkDocumentsSubmitted = events.Link[SubmissionClaim](Provider, "onDocumentsSubmitted")
	// LinkCantFindItemClicked is reported when the user did not find their employer and asked for another way. Setting this
	// callback changes Link: it closes and hands over.
	LinkCantFindItemClicked = events.Link[ItemNotFoundClaim](Provider, "onCantFindItemClicked")
	// LinkExitIntroClicked is reported when the user left on the intro screen. Setting this callback can change Link.
	LinkExitIntroClicked = events.Link[EmptyClaim](Provider, "onExitIntroClicked")
	// LinkError is reported when Link itself cannot go on.
	LinkError = events.Link[ErrorClaim](Provider, "onError")
	// LinkTokenExpired is reported when the user token has expired and Link asks for a fresh one. The function that takes the
	// fresh token stays in the page.
	LinkTokenExpired = events.Link[EmptyClaim](Provider, "onTokenExpired")
	// LinkClosed is reported when Link was closed. Confidence is low.
	LinkClosed = events.Link[CloseClaim](Provider, "onClose")
)

// UI events of Link 5. Each payload is a claim of a browser: nothing in it is proven.
var (
	// LinkUIIntroOpened is reported when the intro screen was shown.
	LinkUIIntroOpened = events.Link[ScreenClaim](Provider, "intro - opened")
	// LinkUISearchOpened is reported when the search screen was shown.
	LinkUISearchOpened = events.Link[ScreenClaim](Provider, "search - opened")
	// LinkUISearchTermUpdated is reported when the user typed into the search; once for every pause.
	LinkUISearchTermUpdated = events.Link[SearchClaim](Provider, "search - term updated")
	// LinkUISearchItemSelected is reported when the user chose an Item.
	LinkUISearchItemSelected = events.Link[SearchClaim](Provider, "search - link item selected")
	// LinkUILoginOpened is reported when the login screen was shown, with an error code after a failed attempt.
	LinkUILoginOpened = events.Link[LoginClaim](Provider, "login - opened")
	// LinkUILoginFormSubmitted is reported when the user submitted the login form.
	LinkUILoginFormSubmitted = events.Link[ScreenClaim](Provider, "login - form submitted")
	// LinkUILoginHelpClicked is reported when the user asked for help with the login.
	LinkUILoginHelpClicked = events.Link[ScreenClaim](Provider, "login - login help clicked")
	// LinkUIMFAOpened is reported when the screen for a second factor was shown.
	LinkUIMFAOpened = events.Link[MFAClaim](Provider, "mfa - opened")
	// LinkUISuccessOpened is reported when the success screen was shown.
	LinkUISuccessOpened = events.Link[ScreenClaim](Provider, "success - opened")
	// LinkUIAccountStatusOpened is reported when the screen of a connected account was shown.
	LinkUIAccountStatusOpened = events.Link[ScreenClaim](Provider, "account status - opened")
	// LinkUIAccountStatusDisconnected is reported when the user disconnected an account on its screen.
	LinkUIAccountStatusDisconnected = events.Link[ScreenClaim](Provider, "account status - disconnected")
	// LinkUIAccountErrorOpened is reported when the screen of an account with an error was shown.
	LinkUIAccountErrorOpened = events.Link[AccountErrorClaim](Provider, "account error - opened")
	// LinkUIErrorOpened is reported when an error screen was shown.
	LinkUIErrorOpened = events.Link[ErrorScreenClaim](Provider, "error - opened")
	// LinkUIClosed is reported when Link was closed. It is the one name without " - ".
	LinkUIClosed = events.Link[ClosedClaim](Provider, "link closed")
)
