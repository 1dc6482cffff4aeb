//! Everything that speaks MCP: the client's sessions and calls, and the metrics server over the embedded data. `rmcp`
//! is named nowhere else.
