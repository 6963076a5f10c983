/** Version of the package, put in by the build. */
declare const SDK_VERSION: string;
