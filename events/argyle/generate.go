package argyle

//go:generate go test -run TestTheCatalogDocumentDoesNotDrift -update .
