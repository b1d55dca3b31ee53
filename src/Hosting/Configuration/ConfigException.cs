namespace RealtimeAkka.Hosting.Configuration;

/// <summary>The configuration or the command line is wrong; the message is one line that says what, where, and what to do.</summary>
public sealed class ConfigException(string message, Exception? inner = null) : Exception(message, inner);
