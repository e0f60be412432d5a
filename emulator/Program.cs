using PlayFlow.Emulator.Cli;

return await CommandLine.RunAsync(args);
