namespace RealtimeAkka.Actors.Stations;

/// <summary>How important a line is.</summary>
public enum LineLevel
{
    /// <summary>One station of a turn's way.</summary>
    Debug,
    /// <summary>One line per turn, answer, or change of the connection.</summary>
    Info,
    /// <summary>Something went wrong.</summary>
    Warning,
}

/// <summary>A line for a station's log: a message template and its values.</summary>
public readonly record struct LogLine(LineLevel Level, string Template, object[] Values)
{
    /// <summary>A line of level debug.</summary>
    public static LogLine Debug(string template, params object[] values) => new(LineLevel.Debug, template, values);

    /// <summary>A line of level information.</summary>
    public static LogLine Info(string template, params object[] values) => new(LineLevel.Info, template, values);

    /// <summary>A line of level warning.</summary>
    public static LogLine Warning(string template, params object[] values) => new(LineLevel.Warning, template, values);
}
