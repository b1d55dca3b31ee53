using Akka.Actor;

namespace Akka.Configuration;

/// <summary>A configuration that names something that does not exist, or misses something that must.</summary>
public class ConfigurationException(string message, Exception? exception = null) : AkkaException(message, exception);
