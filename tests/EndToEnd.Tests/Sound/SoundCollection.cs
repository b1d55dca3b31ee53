namespace RealtimeAkka.EndToEnd.Tests.VirtualDevices;

/// <summary>Tests in real time, run without any other test in parallel.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class SoundCollection
{
    public const string Name = "Sound";
}
