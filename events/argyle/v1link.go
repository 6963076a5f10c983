package argyle

import "github.com/linkhook/linkhook/events"

// Callbacks of Link 3 and 4. Each payload is a claim of a browser: nothing in it is proven.
var (
	// V1LinkUserCreated is reported when Link created a user; the user token that comes with it is never kept.
	V1LinkUserCreated = events.Link[V1UserClaim](ProviderV1, "onUserCreated")
	// V1LinkAccountCreated is reported when a login was submitted and the account created.
	V1LinkAccountCreated = events.Link[V1AccountClaim](ProviderV1, "onAccountCreated")
	// V1LinkAccountConnected is reported when the login succeeded.
	V1LinkAccountConnected = events.Link[V1AccountClaim](ProviderV1, "onAccountConnected")
	// V1LinkAccountUpdated is reported when an account changed.
	V1LinkAccountUpdated = events.Link[V1AccountClaim](ProviderV1, "onAccountUpdated")
	// V1LinkAccountRemoved is reported when the user removed an account in Link.
	V1LinkAccountRemoved = events.Link[V1AccountClaim](ProviderV1, "onAccountRemoved")
	// V1LinkAccountError is reported when an account could not be connected; why is not said.
	V1LinkAccountError = events.Link[V1AccountClaim](ProviderV1, "onAccountError")
	// V1LinkPayDistributionSuccess is reported when an update of the pay distribution was done.
	V1LinkPayDistributionSuccess = events.Link[V1AccountClaim](ProviderV1, "onPayDistributionSuccess")
	// V1LinkPayDistributionError is reported when an update of the pay distribution failed; why is not said.
	V1LinkPayDistributionError = events.Link[V1AccountClaim](ProviderV1, "onPayDistributionError")
	// V1LinkCantFindLinkItemClicked is reported when the user did not find their employer and asked for another way.
	V1LinkCantFindLinkItemClicked = events.Link[ItemNotFoundClaim](ProviderV1, "onCantFindLinkItemClicked")
	// V1LinkExitIntroClicked is reported when the user left on the intro screen.
	V1LinkExitIntroClicked = events.Link[EmptyClaim](ProviderV1, "onExitIntroClicked")
	// V1LinkTokenExpired is reported when the user token has expired and Link asks for a fresh one.
	V1LinkTokenExpired = events.Link[EmptyClaim](ProviderV1, "onTokenExpired")
	// V1LinkError is reported when Link itself cannot go on. Confidence is low.
	V1LinkError = events.Link[V1ErrorClaim](ProviderV1, "onError")
	// V1LinkClosed is reported when Link was closed.
	V1LinkClosed = events.Link[EmptyClaim](ProviderV1, "onClose")
)

// UI events of Link 3 and 4. Each payload is a claim of a browser: nothing in it is proven.
var (
	// V1LinkUIIntroOpened is reported when the intro screen was shown.
	V1LinkUIIntroOpened = events.Link[V1ScreenClaim](ProviderV1, "intro - opened")
	// V1LinkUISearchOpened is reported when the search screen was shown.
	V1LinkUISearchOpened = events.Link[V1ScreenClaim](ProviderV1, "search - opened")
	// V1LinkUISearchTermUpdated is reported when the user typed into the search.
	V1LinkUISearchTermUpdated = events.Link[V1SearchClaim](ProviderV1, "search - term updated")
	// V1LinkUISearchItemSelected is reported when the user chose a Link item.
	V1LinkUISearchItemSelected = events.Link[V1SearchClaim](ProviderV1, "search - link item selected")
	// V1LinkUILoginOpened is reported when the login screen was shown, with an error code after a failed attempt.
	V1LinkUILoginOpened = events.Link[V1LoginClaim](ProviderV1, "login - opened")
	// V1LinkUILoginFormSubmitted is reported when the user submitted the login form.
	V1LinkUILoginFormSubmitted = events.Link[V1ScreenClaim](ProviderV1, "login - form submitted")
	// V1LinkUILoginHelpClicked is reported when the user asked for help with the login. It is taken over from Link 5.
	// Confidence is low.
	V1LinkUILoginHelpClicked = events.Link[V1ScreenClaim](ProviderV1, "login - login help clicked")
	// V1LinkUIMFAOpened is reported when the screen for a second factor was shown.
	V1LinkUIMFAOpened = events.Link[V1MFAClaim](ProviderV1, "mfa - opened")
	// V1LinkUISuccessOpened is reported when the success screen was shown.
	V1LinkUISuccessOpened = events.Link[V1ScreenClaim](ProviderV1, "success - opened")
	// V1LinkUIAccountStatusOpened is reported when the screen of a connected account was shown. It is taken over from Link 5.
	// Confidence is low.
	V1LinkUIAccountStatusOpened = events.Link[V1ScreenClaim](ProviderV1, "account status - opened")
	// V1LinkUIAccountStatusDisconnected is reported when the user disconnected an account on its screen. It is taken over from
	// Link 5. Confidence is low.
	V1LinkUIAccountStatusDisconnected = events.Link[V1ScreenClaim](ProviderV1, "account status - disconnected")
	// V1LinkUIAccountErrorOpened is reported when the screen of an account with an error was shown. The properties are
	// documented; the name is taken over from Link 5. Confidence is low.
	V1LinkUIAccountErrorOpened = events.Link[V1AccountErrorClaim](ProviderV1, "account error - opened")
	// V1LinkUIErrorOpened is reported when an error screen was shown.
	V1LinkUIErrorOpened = events.Link[V1ErrorScreenClaim](ProviderV1, "error - opened")
	// V1LinkUIClosed is reported when Link was closed.
	V1LinkUIClosed = events.Link[V1ClosedClaim](ProviderV1, "link closed")
	// V1LinkUIResetPasswordClicked is reported when the user followed the link to a new password.
	V1LinkUIResetPasswordClicked = events.Link[V1ScreenClaim](ProviderV1, "login - reset password clicked")
	// V1LinkUIPayDistributionSuccessOpened is reported when the success screen of a pay distribution was shown.
	V1LinkUIPayDistributionSuccessOpened = events.Link[V1ScreenClaim](ProviderV1, "pd success - opened")
	// V1LinkUIDepositSettingsOpened is reported when the screen with the settings of the direct deposit was shown.
	V1LinkUIDepositSettingsOpened = events.Link[V1AllocationClaim](ProviderV1, "direct-deposit settings opened")
)
