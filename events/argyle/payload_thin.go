package argyle

// IdentityChange is the payload of [IdentitiesAdded] and [IdentitiesUpdated]: fetch the identity to see what it is.
type IdentityChange struct {
	Account  string `json:"account" validate:"required"`  // id of the account
	User     string `json:"user" validate:"required"`     // id of the user
	Identity string `json:"identity" validate:"required"` // id of the identity
}

// PayrollDocumentChange is the payload of [PayrollDocumentsAdded] and [PayrollDocumentsUpdated].
type PayrollDocumentChange struct {
	Account         string `json:"account" validate:"required"`          // id of the account
	User            string `json:"user" validate:"required"`             // id of the user
	PayrollDocument string `json:"payroll_document" validate:"required"` // id of the document
}

// VehicleChange is the payload of [VehiclesAdded], [VehiclesUpdated] and [VehiclesRemoved].
type VehicleChange struct {
	Account string `json:"account" validate:"required"` // id of the account
	User    string `json:"user" validate:"required"`    // id of the user
	Vehicle string `json:"vehicle" validate:"required"` // id of the vehicle
}

// RatingChange is the payload of [RatingsAdded] and [RatingsUpdated].
type RatingChange struct {
	Account string `json:"account" validate:"required"` // id of the account
	User    string `json:"user" validate:"required"`    // id of the user
	Rating  string `json:"rating" validate:"required"`  // id of the rating
}

// DepositDestinationChange is the payload of [DepositDestinationsAdded], [DepositDestinationsUpdated] and
// [DepositDestinationsRemoved].
type DepositDestinationChange struct {
	Account            string `json:"account" validate:"required"`             // id of the account
	User               string `json:"user" validate:"required"`                // id of the user
	DepositDestination string `json:"deposit_destination" validate:"required"` // id of the destination
}

// UserFormChange is the payload of [UserFormsSubmitted] and [UserFormsRemoved].
type UserFormChange struct {
	Account  string `json:"account" validate:"required"`   // id of the account
	User     string `json:"user" validate:"required"`      // id of the user
	UserForm string `json:"user_form" validate:"required"` // id of the form
}

// UserUploadChange is the payload of [UserUploadsAdded], [UserUploadsRemoved] and [UserUploadsOCRCompleted].
type UserUploadChange struct {
	Account    string `json:"account" validate:"required"`     // id of the account
	User       string `json:"user" validate:"required"`        // id of the user
	UserUpload string `json:"user_upload" validate:"required"` // id of the upload
}
