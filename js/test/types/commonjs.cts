// The same package through require.
import bridgePackage = require('@linkhook/linkbridge');

const bridge: bridgePackage.Bridge = bridgePackage.LinkBridge.create({ url: '' });
const state: bridgePackage.State = bridge.state;
void state;
