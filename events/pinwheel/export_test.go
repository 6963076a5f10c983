package pinwheel

// Interned reports whether the name of a parsed event becomes a constant of this package.
func Interned(name string) bool { return known([]byte(name)) == name && name != "" }

// RecordedTime reads a time in the form in which every recorded one is written.
var RecordedTime = recordedTime
