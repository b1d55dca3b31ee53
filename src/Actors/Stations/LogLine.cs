namespace RealtimeAkka.Actors.Stations;

/// <summary>A line for a station's log: a message template and its values.</summary>
public readonly record struct LogLine(bool IsWarning, string Template, object[] Values)
{
    /// <summary>A line of level information.</summary>
    public static LogLine Info(string template, params object[] values) => new(IsWarning: false, template, values);

    /// <summary>A line of level warning.</summary>
    public static LogLine Warning(string template, params object[] values) => new(IsWarning: true, template, values);
}
