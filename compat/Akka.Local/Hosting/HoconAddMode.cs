namespace Akka.Hosting;

/// <summary>Which of two configurations wins.</summary>
public enum HoconAddMode
{
    /// <summary>What is there already wins.</summary>
    Append,

    /// <summary>What is added wins.</summary>
    Prepend,

    /// <summary>The same as Prepend: Akka.Hosting does not replace either.</summary>
    Replace,
}
