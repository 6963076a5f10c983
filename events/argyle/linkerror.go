package argyle

// LinkErrorType says why Link itself could not go on: the errorType of onError and of "error - opened". The set is open. The iOS
// SDK reports excluded_item and embedded_employer_inaccessible as generic.
type LinkErrorType string

// The known Link errors: those of Link 5, then those that only Link 3 and 4 have.
const (
	LinkErrorTypeCallbackUndefined            LinkErrorType = "callback_undefined"             // the flow needs a callback that is not set
	LinkErrorTypeCardIssuerUnavailable        LinkErrorType = "card_issuer_unavailable"        // the card issuer cannot be reached
	LinkErrorTypeDDSNotSupported              LinkErrorType = "dds_not_supported"              // no switch is possible here
	LinkErrorTypeDuplicateAccount             LinkErrorType = "duplicate_account"              // the account is connected already
	LinkErrorTypeExpiredUserToken             LinkErrorType = "expired_user_token"             // a fresh token is needed
	LinkErrorTypeGeneric                      LinkErrorType = "generic"                        // anything else that went wrong
	LinkErrorTypeIncompatibleDDSConfig        LinkErrorType = "incompatible_dds_config"        // the switch configuration does not fit
	LinkErrorTypeInvalidAccountID             LinkErrorType = "invalid_account_id"             // the account id is wrong
	LinkErrorTypeInvalidDDSConfig             LinkErrorType = "invalid_dds_config"             // the switch configuration is wrong
	LinkErrorTypeInvalidItems                 LinkErrorType = "invalid_items"                  // the list of Items is wrong
	LinkErrorTypeInvalidUserToken             LinkErrorType = "invalid_user_token"             // the user token is wrong
	LinkErrorTypeInvalidLinkKey               LinkErrorType = "invalid_link_key"               // the Link key is wrong
	LinkErrorTypeGigItemsNotSupported         LinkErrorType = "gig_items_not_supported"        // gig Items are not possible here
	LinkErrorTypeBenefitsItemsNotSupported    LinkErrorType = "benefits_items_not_supported"   // benefits Items are not possible here
	LinkErrorTypeExcludedItem                 LinkErrorType = "excluded_item"                  // the Item is excluded by the flow
	LinkErrorTypeEmbeddedEmployerInaccessible LinkErrorType = "embedded_employer_inaccessible" // the employer given cannot be opened
	LinkErrorTypeInvalidLinkItems             LinkErrorType = "invalid_link_items"             // the list of Items is wrong (Link 4)
	LinkErrorTypeInvalidPDConfig              LinkErrorType = "invalid_pd_config"              // the pay-distribution configuration is wrong (Link 4)
	LinkErrorTypeUnsupportedAndroidVersion    LinkErrorType = "unsupported_android_version"    // the Android version is too old (Link 4)
)

// Advice says what to do about the error; an expired token needs a fresh one when Link is reopened. The groups are drawn from the
// names of the errors. A type that is not known gives [AdviceNone].
func (t LinkErrorType) Advice() Advice {
	switch t {
	case LinkErrorTypeExpiredUserToken:
		return AdviceReopenLink
	case LinkErrorTypeDuplicateAccount:
		return AdviceOtherAccount
	case LinkErrorTypeCardIssuerUnavailable:
		return AdviceTryLater
	case LinkErrorTypeGeneric:
		return AdviceRetryInLink
	case LinkErrorTypeCallbackUndefined, LinkErrorTypeIncompatibleDDSConfig, LinkErrorTypeInvalidAccountID,
		LinkErrorTypeInvalidDDSConfig, LinkErrorTypeInvalidItems, LinkErrorTypeInvalidUserToken,
		LinkErrorTypeInvalidLinkKey, LinkErrorTypeGigItemsNotSupported, LinkErrorTypeBenefitsItemsNotSupported,
		LinkErrorTypeExcludedItem, LinkErrorTypeInvalidLinkItems, LinkErrorTypeInvalidPDConfig:
		return AdviceFixSetup
	case LinkErrorTypeDDSNotSupported, LinkErrorTypeEmbeddedEmployerInaccessible, LinkErrorTypeUnsupportedAndroidVersion:
		return AdviceFallback
	default:
		return AdviceNone
	}
}
