package linkbridge

import "errors"

var (
	errEarly  = errors.New("linkbridge: the client sent data before the handshake was over")
	errRate   = errors.New("linkbridge: over the rate")
	errNoRoom = errors.New("linkbridge: no room for one more ticket")

	errContended = errors.New("linkbridge: other nodes changed the session each time that it was saved")
)
